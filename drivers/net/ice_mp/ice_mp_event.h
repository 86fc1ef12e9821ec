/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_EVENT_H_
#define _ICE_MP_EVENT_H_

/**
 * @file
 * The event engine of a PF: takes what the device reports from all of its
 * sources, turns it into records {lport or ALL, type, data}, merges those
 * that say the same about a port, and hands each to the port it is for.
 *
 *   OICR ─────────┐
 *   AdminQ events ┤                  ┌ slot of lport 0 ─ ethdev callbacks
 *   doorbell FIFO ┼─ record ─ merge ─┤ …
 *   VF mailbox ───┤                  └ slot of lport 7 ─ ethdev callbacks
 *   reset status ─┘
 *
 * One demultiplexer, run by one of: an lcore service, a control thread that
 * waits on the misc vector, a control thread that polls.
 *
 * For every source, when the engine is at rest:
 *   received = dispatched + coalesced + the sum of dropped[]
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_compat.h>

struct ice_mp_pf;
struct ice_mp_port;

enum ice_mp_event_mode {
	/** Service when there is a service lcore, else interrupt. */
	ICE_MP_EVENT_AUTO,
	ICE_MP_EVENT_SERVICE,
	ICE_MP_EVENT_INTERRUPT,
	ICE_MP_EVENT_POLL,
};

enum ice_mp_event_type {
	ICE_MP_EVENT_LINK,	/**< look at the link again */
	ICE_MP_EVENT_RESET,	/**< the port (or all) needs a reset */
	ICE_MP_EVENT_VF_MBX,	/**< data: VF id */
	ICE_MP_EVENT_REMOVED,	/**< the device is gone */
	ICE_MP_EVENT_TYPES,
};

enum ice_mp_event_source {
	ICE_MP_SRC_OICR,
	ICE_MP_SRC_ARQ,
	ICE_MP_SRC_DOORBELL,
	ICE_MP_SRC_MAILBOX,
	ICE_MP_SRC_STATUS,	/**< reset status and presence */
	ICE_MP_SRC_COUNT,
};

enum ice_mp_event_drop {
	ICE_MP_DROP_BAD_LPORT,	/**< no such port on the device */
	ICE_MP_DROP_NO_PORT,	/**< not selected, or closed */
	ICE_MP_DROP_UNKNOWN,	/**< no such type of event */
	ICE_MP_DROP_MALFORMED,
	ICE_MP_DROP_UNHANDLED,	/**< known, but nobody's business yet */
	ICE_MP_DROP_COUNT,
};

struct ice_mp_event_counters {
	struct {
		uint64_t received, dispatched, coalesced;
		uint64_t dropped[ICE_MP_DROP_COUNT];
	} src[ICE_MP_SRC_COUNT];
	/** Delivered to each port, by type. */
	uint64_t port[8][ICE_MP_EVENT_TYPES];
	uint64_t wakeups;	/**< by the misc vector */
	uint64_t polls;		/**< turns of the demultiplexer */
};

/** Counters of a source: received, dispatched, coalesced, dropped by reason. */
#define ICE_MP_EVENT_KINDS	(3 + ICE_MP_DROP_COUNT)

extern const char * const ice_mp_event_src_names[ICE_MP_SRC_COUNT];
extern const char * const ice_mp_event_drop_names[ICE_MP_DROP_COUNT];
extern const char * const ice_mp_event_type_names[ICE_MP_EVENT_TYPES];
extern const char * const ice_mp_event_mode_names[];

/** By name; val may be NULL. @return enum ice_mp_event_mode, -EINVAL */
int ice_mp_event_mode_parse(const char *val);

/** Allocate the engine; nothing runs, every slot is empty. */
int ice_mp_event_init(struct ice_mp_pf *pf);
void ice_mp_event_fini(struct ice_mp_pf *pf);
/** Let it run. @return 0 or -errno */
int ice_mp_event_start(struct ice_mp_pf *pf);
/** Stop it: no callback runs after the return.
 * @return 0; -EBUSY when called from one of its own callbacks */
int ice_mp_event_stop(struct ice_mp_pf *pf);

/** From now on events of the lport reach `port`. */
void ice_mp_event_publish(struct ice_mp_port *port);
/** No more: on return nothing of the engine uses `port`, unless the caller
 * is itself in a callback of that port, after which it is not used either. */
void ice_mp_event_withdraw(struct ice_mp_port *port);

/** Is this thread in a callback of an event engine, of whichever PF? It must
 * not wait for one. */
bool ice_mp_event_in_callback(void);
/** Is this thread the PF's event thread, in a turn of its engine? */
bool ice_mp_event_in_turn(const struct ice_mp_pf *pf);
/** Make the engine look soon. Any thread. */
void ice_mp_event_kick(struct ice_mp_pf *pf);

/** The device is asked to go: tell every port, once, while it is still there.
 * Any thread. */
void ice_mp_event_unplug(struct ice_mp_pf *pf);

struct rte_pmd_ice_mp_mb_event_param;
/** Raise RTE_ETH_EVENT_VF_MBOX on the ethdev of an lport, if it has one. Event
 * thread, without locks. */
void ice_mp_event_vf_mbox(struct ice_mp_pf *pf, uint8_t lport,
			  struct rte_pmd_ice_mp_mb_event_param *param);

/** Call fn for each port that has a slot. Event thread. */
void ice_mp_event_foreach(struct ice_mp_pf *pf, void (*fn)(struct ice_mp_port *, void *),
			  void *arg);

/** Copy of the counters, of one moment: each source's add up. Any thread, of
 * any process. */
void ice_mp_event_counters_get(const struct ice_mp_pf *pf, struct ice_mp_event_counters *out);

/** One counter of a source, and its name.
 * kind: less than ICE_MP_EVENT_KINDS */
uint64_t ice_mp_event_count_of(const struct ice_mp_event_counters *c,
			       enum ice_mp_event_source src, unsigned int kind, char *name,
			       size_t size);

/** The face in use; AUTO: none. Any thread. */
enum ice_mp_event_mode ice_mp_event_face(const struct ice_mp_pf *pf);
/**
 * Go on with another face; between the two no event is lost.
 * @return 0; -EBUSY from an event callback; -ENODEV while nothing runs: the
 * device is being removed; -errno: no face could be started
 */
int ice_mp_event_switch(struct ice_mp_pf *pf, enum ice_mp_event_mode mode);

/**
 * The same for tests: counters of the PF an ethdev belongs to.
 * @return 0 or -ENODEV
 */
__rte_internal
int ice_mp_event_counters_by_port(uint16_t port_id, struct ice_mp_event_counters *out);

#endif /* _ICE_MP_EVENT_H_ */
