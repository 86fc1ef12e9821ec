/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_ADMINQ_H_
#define _ICE_MP_ADMINQ_H_

/**
 * @file
 * Control-queue transport: the AdminQ (commands and events) and the PF
 * mailbox. What commands mean is in ice_mp_aqcmd.h, what messages mean in
 * ice_mp_vc.h.
 *
 * Commands: any control or event thread, serialised by the queue's own lock,
 * which is a leaf: nothing is called with it held. Receiving: the event
 * engine only.
 */

#include <stdbool.h>
#include <stdint.h>

#include "hw/ice_mp_aq.h"

struct ice_mp_pf;
struct ice_mp_adminq;

/** Health of the AdminQ since attach. */
struct ice_mp_aq_counters {
	uint64_t commands;	/**< posted */
	uint64_t errors;	/**< answered with an error, ENOSYS included */
	uint64_t enosys;	/**< "no such command" */
	uint64_t timeouts;	/**< not answered in ICE_MP_AQ_TIMEOUT_MS */
	uint64_t bad_replies;	/**< answered with something else */
	uint64_t restarts;	/**< the queue was set up anew after a timeout */
	uint64_t events;	/**< received on the ARQ */
	uint64_t bad_events;	/**< received, but malformed */
	uint64_t overflows;	/**< times the ARQ had no room for events */
};

enum ice_mp_arq {
	ICE_MP_ARQ_FW,		/**< firmware events */
	ICE_MP_ARQ_MBX,		/**< messages of VFs */
};

/** Allocate rings and buffers; the device is not touched.
 * @return 0 or -ENOMEM */
int ice_mp_aq_init(struct ice_mp_pf *pf);
/** Free them; ice_mp_aq_stop() first. */
void ice_mp_aq_fini(struct ice_mp_pf *pf);
/** Set the queues up in the device, which has been reset.
 * @return 0 or -errno */
int ice_mp_aq_start(struct ice_mp_pf *pf);
/** Tell firmware (when it still answers) and take the queues down. */
void ice_mp_aq_stop(struct ice_mp_pf *pf);
/** Forget hardware state after the device was reset under us. Commands fail
 * with -EIO until the next ice_mp_aq_start(). */
void ice_mp_aq_lost(struct ice_mp_pf *pf);

/**
 * Run one command and wait for its reply.
 *
 * @param desc  in: opcode and parameters, all else zero; out: the reply
 * @param buf   buffer or NULL; out: what the device wrote, rest zero
 * @param len   of buf, at most ICE_MP_AQ_MAX_BUF
 * @param to_dev  buf is also input of the command
 * @return number of valid bytes in buf (>= 0), or
 *   -ENODEV no device, -EIO queue down or a reply that makes no sense,
 *   -ETIMEDOUT, or the errno of the device's own error code.
 *   On error buf is unchanged.
 */
int ice_mp_aq_exec(struct ice_mp_pf *pf, struct ice_mp_aq_desc *desc, void *buf, uint16_t len,
		   bool to_dev);

/**
 * Take the oldest message of a receive queue.
 * @param buf   ICE_MP_AQ_MAX_BUF bytes
 * @return 1 a message (`*len` bytes in buf), 0 none, -EIO malformed and
 *   skipped, -ENODEV no device
 */
int ice_mp_aq_recv(struct ice_mp_pf *pf, enum ice_mp_arq which, struct ice_mp_aq_desc *desc,
		   void *buf, uint16_t *len);

/** From now on messages can be sent to VFs, after each ice_mp_aq_start() too.
 * The AdminQ is up. @return 0 or -errno */
int ice_mp_mbx_start(struct ice_mp_pf *pf);
/**
 * Send a message to a VF. That it was taken says nothing about the VF: the
 * device drops what a VF has no room for.
 * @param opcode  virtchnl opcode
 * @param status  virtchnl status
 * @param buf     len bytes, at most ICE_MP_AQ_MAX_BUF; may be NULL when len is 0
 * @return 0, -EAGAIN: the device takes none now, -EIO: no mailbox, -ENODEV
 */
int ice_mp_mbx_send(struct ice_mp_pf *pf, uint16_t vf, uint32_t opcode, int32_t status,
		    const void *buf, uint16_t len);
/** Can VFs still be told something? */
bool ice_mp_mbx_alive(struct ice_mp_pf *pf);

/** Is the queue set up? No between a reset and the end of it, or when it was
 * given up. */
bool ice_mp_aq_up(struct ice_mp_pf *pf);
/** Were events lost since the last call, for want of room in the ARQ? */
bool ice_mp_aq_overflowed(struct ice_mp_pf *pf);
/** Does the device still have the queue as we set it up? False after a reset
 * that nobody announced. */
bool ice_mp_aq_alive(struct ice_mp_pf *pf);

void ice_mp_aq_counters_get(struct ice_mp_pf *pf, struct ice_mp_aq_counters *out);
/** Opcode and completion code of the last command that failed, for logs. */
const char *ice_mp_aq_last_error(struct ice_mp_pf *pf, char *buf, size_t len);

#endif /* _ICE_MP_ADMINQ_H_ */
