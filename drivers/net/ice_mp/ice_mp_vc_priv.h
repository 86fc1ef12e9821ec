/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_VC_PRIV_H_
#define _ICE_MP_VC_PRIV_H_

/**
 * @file
 * Handlers of messages. Each gets one that is known, granted, of a length that
 * fits what it says, in a state that allows it; everything else in it is for
 * the handler to check. Control lock held.
 */

#include <stddef.h>

#include "ice_mp_vc.h"
#include "ice_mp_vf_hw.h"

/** A message and what becomes of it. */
struct ice_mp_vc_call {
	struct ice_mp_vf *vf;
	const void *msg;	/**< 8-byte aligned */
	uint16_t len;
	uint8_t reply[128] __rte_aligned(8);	/**< zeros */
	uint16_t reply_len;
	bool silent;		/**< no answer: the VF is being reset */
	bool link;		/**< after the answer, tell the link */
	const char *why;	/**< of a refusal, for the log */
};

/** Refuse, with a reason. */
static inline int
ice_mp_vc_refuse(struct ice_mp_vc_call *c, const char *why)
{
	c->why = why;
	return ICE_MP_VC_ERR_PARAM;
}

/** Status of what the device was asked: 0 or -errno. */
static inline int
ice_mp_vc_status(struct ice_mp_vc_call *c, int rc)
{
	if (rc == 0)
		return ICE_MP_VC_OK;
	c->why = rte_strerror(-rc);
	return rc == -ENOMEM ? ICE_MP_VC_ERR_NO_MEMORY : ICE_MP_VC_ERR_AQ;
}

typedef int (*ice_mp_vc_handler)(struct ice_mp_vc_call *c);

/* ice_mp_vc.c */
int ice_mp_vc_version(struct ice_mp_vc_call *c);
int ice_mp_vc_get_resources(struct ice_mp_vc_call *c);
int ice_mp_vc_reset_vf(struct ice_mp_vc_call *c);

/* ice_mp_vc_queue.c */
int ice_mp_vc_config_queues(struct ice_mp_vc_call *c);
int ice_mp_vc_config_irq_map(struct ice_mp_vc_call *c);
int ice_mp_vc_enable_queues(struct ice_mp_vc_call *c);
int ice_mp_vc_disable_queues(struct ice_mp_vc_call *c);
int ice_mp_vc_request_queues(struct ice_mp_vc_call *c);
int ice_mp_vc_get_rxdids(struct ice_mp_vc_call *c);
int ice_mp_vc_get_stats(struct ice_mp_vc_call *c);

/* ice_mp_vc_filter.c */
int ice_mp_vc_add_addrs(struct ice_mp_vc_call *c);
int ice_mp_vc_del_addrs(struct ice_mp_vc_call *c);
int ice_mp_vc_add_vlans(struct ice_mp_vc_call *c);
int ice_mp_vc_del_vlans(struct ice_mp_vc_call *c);
int ice_mp_vc_config_promisc(struct ice_mp_vc_call *c);

/* ice_mp_vc_vlan.c */
int ice_mp_vc_strip_on(struct ice_mp_vc_call *c);
int ice_mp_vc_strip_off(struct ice_mp_vc_call *c);
int ice_mp_vc_vlan_v2_caps(struct ice_mp_vc_call *c);
int ice_mp_vc_add_vlans_v2(struct ice_mp_vc_call *c);
int ice_mp_vc_del_vlans_v2(struct ice_mp_vc_call *c);
int ice_mp_vc_strip_v2_on(struct ice_mp_vc_call *c);
int ice_mp_vc_strip_v2_off(struct ice_mp_vc_call *c);
int ice_mp_vc_insert_v2_on(struct ice_mp_vc_call *c);
int ice_mp_vc_insert_v2_off(struct ice_mp_vc_call *c);

/* ice_mp_vc_rss.c */
int ice_mp_vc_rss_key(struct ice_mp_vc_call *c);
int ice_mp_vc_rss_lut(struct ice_mp_vc_call *c);
int ice_mp_vc_get_hena(struct ice_mp_vc_call *c);
int ice_mp_vc_set_hena(struct ice_mp_vc_call *c);

/* What handlers of VLAN lists of either version share (ice_mp_vc_filter.c). */
int ice_mp_vc_change_vlans(struct ice_mp_vc_call *c, const uint16_t *ids, unsigned int nb,
			   bool add);

#endif /* _ICE_MP_VC_PRIV_H_ */
