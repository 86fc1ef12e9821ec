/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_EVENT_PRIV_H_
#define _ICE_MP_EVENT_PRIV_H_

/**
 * @file
 * Inside the event engine: ice_mp_event.c is the demultiplexer,
 * ice_mp_event_face.c what runs it, ice_mp_event_count.c what it tells.
 */

#include <rte_seqcount.h>

#include "ice_mp.h"
#include "ice_mp_compat.h"
#include "ice_mp_event.h"

/** Events of VFs one port can collect in a turn. */
#define EVENT_VF_PEND		64

/** What is waiting for one lport (or for all) in this turn. */
struct event_pend {
	uint32_t types;				/**< bit per enum ice_mp_event_type */
	uint8_t src[ICE_MP_EVENT_TYPES];	/**< who said it first */
	uint16_t nb_vf;
	uint8_t vf_src[EVENT_VF_PEND];
	uint16_t vf[EVENT_VF_PEND];
};

/** Where events of an lport go. */
struct event_slot {
	struct ice_mp_port *port;	/**< NULL: nobody; atomic */
	uint32_t refs;			/**< deliveries under way; atomic */
};

struct ice_mp_event_engine {
	struct event_slot slot[ICE_MP_MAX_PORTS];	/**< by lport */

	/* the demultiplexer's own, one thread at a time */
	struct event_pend pend[ICE_MP_MAX_PORTS];
	struct event_pend all;
	bool oicr_link;
	bool gone;
	bool unplug;			/**< ice_mp_event_unplug(); atomic */
	bool reset;			/**< the device resets: recover */
	bool vflr;			/**< VFs were reset */
	uint64_t stats_next;		/**< timer cycles */
	uint64_t link_next;		/**< likewise: links that could not be read */
	uint64_t watch_next;		/**< likewise: queues */
	uint64_t audit_next;		/**< likewise: links, against PORT_STATUS */
	uint64_t vflr_next;		/**< likewise: VFs that were reset */
	uint8_t buf[ICE_MP_AQ_MAX_BUF];

	struct ice_mp_event_counters cnt;
	/** Copy of them with nothing pending, for everybody; under seq. */
	struct ice_mp_event_counters shown;
	rte_seqcount_t seq;

	/* the face */
	pthread_mutex_t face_lock;	/**< who starts, stops or switches it */
	enum ice_mp_event_mode face;	/**< AUTO: none; atomic */
	/** Of the service, counted up at the end of each: who reads it once
	 * the service rests sees all that its lcore did. Atomic. */
	uint32_t calls;
	int stop_fd;			/**< eventfd that ends the thread */
	ice_mp_thread_t thread;
	uint32_t service_id;
	uint32_t service_lcore;
	uint64_t service_next;		/**< timer cycles of its next turn */
};

/** Show others what has been counted; nothing is pending. Event thread. */
void ice_mp_event_counters_show(struct ice_mp_event_engine *ev);

/** One turn: take, merge, dispatch. Calls of one PF never overlap. */
void ice_mp_event_turn(struct ice_mp_pf *pf);

/** Look at a port's link and report a change; outside every lock. */
void ice_mp_event_link(struct ice_mp_port *port);
/** The port has no link while the device recovers: report that. */
void ice_mp_event_link_lost(struct ice_mp_port *port);

#endif /* _ICE_MP_EVENT_PRIV_H_ */
