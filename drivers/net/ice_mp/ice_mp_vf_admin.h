/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_VF_ADMIN_H_
#define _ICE_MP_VF_ADMIN_H_

/**
 * @file
 * Administration of VFs, for those who offer it to applications: one change of
 * one VF at a time. Control lock held unless said.
 */

#include "ice_mp_vf.h"

/** Fastest a VF can be told to be, Mb/s. */
#define ICE_MP_VF_MAX_MBPS	100000

/** What a change is about. */
enum ice_mp_vf_what {
	ICE_MP_VF_SET_MAC = 1 << 0,
	ICE_MP_VF_SET_VLAN = 1 << 1,		/**< pvid and pvid_prio */
	ICE_MP_VF_SET_TRUST = 1 << 2,
	ICE_MP_VF_SET_SPOOF_CHECK = 1 << 3,
	ICE_MP_VF_SET_PROMISC = 1 << 4,
	ICE_MP_VF_SET_ALLMULTI = 1 << 5,
	ICE_MP_VF_SET_LINK = 1 << 6,
	ICE_MP_VF_SET_MAX_RATE = 1 << 7,
	ICE_MP_VF_SET_MIN_RATE = 1 << 8,
	ICE_MP_VF_SET_MTU = 1 << 9,
};

struct ice_mp_vf_change {
	uint32_t what;			/**< enum ice_mp_vf_what, or'ed */
	struct ice_mp_vf_admin to;
};

/** As ice_mp_vf_admin_set(), of what the change is about. */
int ice_mp_vf_change(struct ice_mp_vf *vf, const struct ice_mp_vf_change *change);

/** Address the VF gets with its resources. */
const struct rte_ether_addr *ice_mp_vf_given_mac(const struct ice_mp_vf *vf);
/** Can the VF not have the address on a port, because it is a port's or another
 * VF's? */
bool ice_mp_vf_mac_taken(const struct ice_mp_vf *vf, uint8_t lport,
			 const struct rte_ether_addr *addr);

/** Counters since the administrator let them begin; of a VF without resources
 * as they were last. */
struct rte_pmd_ice_mp_vf_stats;
void ice_mp_vf_stats_read(struct ice_mp_vf *vf, struct rte_pmd_ice_mp_vf_stats *out);
/** Let them begin now. */
void ice_mp_vf_stats_zero(struct ice_mp_vf *vf);

/**
 * Do something to a VF, see ice_mp_ctl_call(), which takes the lock. Control
 * threads and event callbacks.
 *
 * @return -EINVAL: no such VF; -EBUSY, -EIO; what fn returns
 */
int ice_mp_vf_call(struct ice_mp_pf *pf, uint16_t id, bool wait,
		   int (*fn)(struct ice_mp_vf *vf, void *arg), void *arg);

#endif /* _ICE_MP_VF_ADMIN_H_ */
