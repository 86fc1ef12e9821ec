/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_VF_HW_H_
#define _ICE_MP_VF_HW_H_

/**
 * @file
 * What a VF has in hardware. Between the rooms about VFs only; arguments are
 * checked by the callers. Control lock held. All return 0 or -errno of the
 * device, and on error nothing has changed.
 */

#include "ice_mp_vf.h"

/* ice_mp_vf_hw.c */
int ice_mp_vf_trees_init(struct ice_mp_vfs *vfs);
void ice_mp_vf_trees_fini(struct ice_mp_vfs *vfs);

/** Scheduler branch, VSI, RSS, own address. vf->nb_queues and vf->mac are set. */
int ice_mp_vf_hw_init(struct ice_mp_vf *vf);
/** Its mirror; goes on past errors. */
void ice_mp_vf_hw_fini(struct ice_mp_vf *vf);
/** The device forgot all VFs: forget it here as well, but for what the
 * administrator decided. */
void ice_mp_vf_hw_lost(struct ice_mp_pf *pf);
/** Put VLAN and security settings of the VSI in force as they are in *vf. */
int ice_mp_vf_vsi_update(struct ice_mp_vf *vf);

/** Turn on a queue that is configured and off; turn off one that is on. */
int ice_mp_vf_rxq_on(struct ice_mp_vf *vf, uint16_t q);
int ice_mp_vf_rxq_off(struct ice_mp_vf *vf, uint16_t q);
int ice_mp_vf_txq_on(struct ice_mp_vf *vf, uint16_t q);
int ice_mp_vf_txq_off(struct ice_mp_vf *vf, uint16_t q);
/** Let the queue raise its vector, if it has one and is on. */
void ice_mp_vf_rxq_irq(struct ice_mp_vf *vf, uint16_t q);
void ice_mp_vf_txq_irq(struct ice_mp_vf *vf, uint16_t q);

/** Put key, table and hash types in force. */
int ice_mp_vf_rss_set(struct ice_mp_vf *vf, const uint8_t key[ICE_MP_RSS_KEY_SIZE],
		      const uint8_t lut[ICE_MP_VC_RSS_LUT_SIZE], uint64_t hena);
/** Types of packets that are hashed, as virtchnl counts them. */
#define ICE_MP_VF_HENA	(UINT64_C(1) << 31 | UINT64_C(1) << 33 | UINT64_C(1) << 34 | \
			 UINT64_C(1) << 35 | UINT64_C(1) << 36 | UINT64_C(1) << 41 | \
			 UINT64_C(1) << 43 | UINT64_C(1) << 44 | UINT64_C(1) << 45 | \
			 UINT64_C(1) << 46)

/* ice_mp_vf_rate.c */
/** Put the Tx rates that were decided in force, at the VF's scheduler node. */
int ice_mp_vf_rate_set(struct ice_mp_vf *vf);
/** The node is gone; the device forgot the rates of all VFs. */
void ice_mp_vf_rate_drop(struct ice_mp_vf *vf);
void ice_mp_vf_rates_lost(struct ice_mp_pf *pf);

/** Begin to count anew. */
void ice_mp_vf_stats_rebase(struct ice_mp_vf *vf);

/* ice_mp_vf_filter.c */
int ice_mp_vf_filter_init(struct ice_mp_vf *vf);
void ice_mp_vf_filter_fini(struct ice_mp_vf *vf);
void ice_mp_vf_filter_lost(struct ice_mp_vf *vf);
struct ice_mp_vf_mac *ice_mp_vf_mac_find(struct ice_mp_vf *vf,
					 const struct rte_ether_addr *addr);
struct ice_mp_vf_vlan *ice_mp_vf_vlan_find(struct ice_mp_vf *vf, uint16_t id);
/** Add one that is not there, with room for it; delete one that is. */
int ice_mp_vf_mac_add(struct ice_mp_vf *vf, const struct rte_ether_addr *addr);
int ice_mp_vf_mac_del(struct ice_mp_vf *vf, const struct rte_ether_addr *addr);
int ice_mp_vf_vlan_add(struct ice_mp_vf *vf, uint16_t id);
int ice_mp_vf_vlan_del(struct ice_mp_vf *vf, uint16_t id);
int ice_mp_vf_promisc_set(struct ice_mp_vf *vf, bool promisc, bool allmulti);

/* ice_mp_vf.c */
/** Who owns what, in registers; and the VF's port. */
void ice_mp_vf_regs_on(struct ice_mp_vf *vf);
void ice_mp_vf_regs_off(struct ice_mp_vf *vf);
void ice_mp_vf_map_write(struct ice_mp_vf *vf);
/** Let the VF speak: READY. */
void ice_mp_vf_ready(struct ice_mp_vf *vf);
void ice_mp_vf_state_set(struct ice_mp_vf *vf, enum ice_mp_vf_state state);
/** Forget what the VF and the PF agreed on. */
void ice_mp_vf_forget(struct ice_mp_vf *vf);
/** Its port, NULL when that is not ours, closed or gone. */
struct ice_mp_port *ice_mp_vf_port(const struct ice_mp_vf *vf);

#endif /* _ICE_MP_VF_HW_H_ */
