/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_VC_H_
#define _ICE_MP_VC_H_

/**
 * @file
 * The virtchnl server: messages of VFs, one after the other, each answered.
 *
 *   mailbox ── take ── hold, if the VF had its share of this turn
 *                │
 *                ▼
 *   application's veto ── opcode, capability, length, state ── handler ── reply
 *
 * Messages are executed in the event thread, each with the control lock held;
 * the veto is outside of it. A message is checked whole before anything is
 * done, and what could not be done whole is undone.
 *
 * Statuses: -64 for what is unknown or was not granted, -5 for what is wrong
 * or not allowed, -53 when the device refuses what was right.
 */

#include <stdbool.h>

#include "ice_mp_vf.h"

struct ice_mp_vc;

/** @return 0 or -ENOMEM */
int ice_mp_vc_init(struct ice_mp_pf *pf);
void ice_mp_vc_fini(struct ice_mp_pf *pf);

/* The event engine, in its thread, without the control lock. */

enum ice_mp_vc_step {
	ICE_MP_VC_NOTHING,	/**< no message that may be served in this turn */
	ICE_MP_VC_SERVED,
	ICE_MP_VC_NO_VF,	/**< of a VF this PF does not serve: dropped */
	ICE_MP_VC_BAD,		/**< not a message at all: dropped */
};

/** A turn begins: every VF has its share again. */
void ice_mp_vc_begin(struct ice_mp_pf *pf);
/** Serve one message. *lport: whose it was. */
enum ice_mp_vc_step ice_mp_vc_step(struct ice_mp_pf *pf, uint8_t *lport);
/** The turn ends. @return true: messages are left for the next */
bool ice_mp_vc_end(struct ice_mp_pf *pf);

/* With the control lock. */

/** Forget messages of a VF (NULL: of all) that are held. */
void ice_mp_vc_forget(struct ice_mp_pf *pf, const struct ice_mp_vf *vf);
/** Send a VF an event other than a link's. */
void ice_mp_vc_event(struct ice_mp_vf *vf, enum ice_mp_vc_event_code code);
/** Tell a VF of a link. mbps: 0 when not known */
void ice_mp_vc_link(struct ice_mp_vf *vf, bool up, uint32_t mbps);
/** Tell a VF of its link as it is. */
void ice_mp_vc_link_now(struct ice_mp_vf *vf);
/** The link of a port has changed: tell its VFs. */
void ice_mp_vc_port_link(struct ice_mp_port *port);

#endif /* _ICE_MP_VC_H_ */
