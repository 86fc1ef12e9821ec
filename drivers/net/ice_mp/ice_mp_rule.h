/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_RULE_H_
#define _ICE_MP_RULE_H_

/**
 * @file
 * Switch rules, one by one, of a port's VSI or of a VF's. What rules somebody
 * has, and why, is ice_mp_filter.c's and ice_mp_vf_hw.c's business. Control
 * lock held; 0 or -errno.
 */

#include "ice_mp.h"

/** Whose rules they are. */
struct ice_mp_rule_owner {
	struct ice_mp_pf *pf;
	uint16_t vsi;
	uint8_t lport;
};

enum ice_mp_rule_kind {
	ICE_MP_RULE_MAC,
	ICE_MP_RULE_VLAN,
	ICE_MP_RULE_PROMISC,
};

/** Indexes of promiscuous rules. */
enum {
	ICE_MP_PROMISC_UC,
	ICE_MP_PROMISC_MC,
};

extern const struct rte_ether_addr ice_mp_bcast;

/** Frames to the address reach the owner. */
int ice_mp_rule_add_mac(const struct ice_mp_rule_owner *o, const struct rte_ether_addr *addr,
			uint16_t *rule);
/** All unicast (or multicast) frames from the wire do. */
int ice_mp_rule_add_promisc(const struct ice_mp_rule_owner *o, unsigned int which,
			    uint16_t *rule);
/** The VSIs of the list are members of the VLAN. */
int ice_mp_rule_add_vlan(const struct ice_mp_rule_owner *o, uint16_t list, uint16_t vlan,
			 uint16_t *rule);
/** Remove a rule, if there is one. On error it is still there and remembered. */
int ice_mp_rule_del(const struct ice_mp_rule_owner *o, enum ice_mp_rule_kind kind,
		    uint16_t *rule);
/** Remove a rule; forgotten here whatever the device says. */
void ice_mp_rule_drop(const struct ice_mp_rule_owner *o, enum ice_mp_rule_kind kind,
		      uint16_t *rule);

/** A VSI list for VLAN rules with the owner's VSI alone, unless *list is one. */
int ice_mp_vlan_list_get(const struct ice_mp_rule_owner *o, uint16_t *list);
void ice_mp_vlan_list_put(const struct ice_mp_rule_owner *o, uint16_t *list);

#endif /* _ICE_MP_RULE_H_ */
