/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_TEST_VF_ADMIN_H_
#define _ICE_MP_TEST_VF_ADMIN_H_

/** @file What the tests of administration share (test_vf_admin.c). */

#include "rte_pmd_ice_mp.h"
#include "vf_client.h"

/** The calls of rte_pmd_ice_mp.h, found at run time. */
struct vfa_api {
#define VFA_CALL(name)	__typeof__(rte_pmd_ice_mp_vf_ ## name) *name
	VFA_CALL(info_get);
	VFA_CALL(mac_set);
	VFA_CALL(vlan_set);
	VFA_CALL(trust_set);
	VFA_CALL(spoof_check_set);
	VFA_CALL(promisc_set);
	VFA_CALL(link_set);
	VFA_CALL(rate_set);
	VFA_CALL(mtu_set);
	VFA_CALL(stats_get);
	VFA_CALL(stats_reset);
	VFA_CALL(reset);
	VFA_CALL(move);
#undef VFA_CALL
};
extern struct vfa_api vfa;

/** Length of the frames below; the port VLAN of vfa_port_vlan_works(). */
#define VFA_LEN		200
#define VFA_VLAN	100
#define VFA_PRIO	3
/** ethdev of the port of a VF that was not moved. */
#define VFA_ID(vf)	(F.id[(vf) % F.nb])

/** A frame between two addresses, whose content follows from seq. */
void vfa_frame(uint8_t *buf, size_t len, const void *dst, const void *src, uint32_t seq);
/** A frame from the other end of its port's wire reaches a VF; or it does not,
 * which one to the VF's own address settles. */
int vfa_from_wire(struct vfc *c, const void *dst, bool comes);
/** A frame of a VF reaches the other end of the wire; or it does not, which one
 * with the VF's own address settles. */
int vfa_to_wire(struct vfc *c, const void *src, bool goes);
/** The VF is in VFA_VLAN with VFA_PRIO and does not know it. */
int vfa_port_vlan_works(struct vfc *c);
/** All ports, and nb VFs with one queue. */
int vfa_all_up(uint16_t nb);
/** The VF was reset: wait for that and bring it up again. */
int vfa_comes_again(struct vfc *c);
/** What was decided about a VF, and its port, is this. */
int vfa_info_is(uint16_t vf, const struct rte_pmd_ice_mp_vf_info *want);

#endif /* _ICE_MP_TEST_VF_ADMIN_H_ */
