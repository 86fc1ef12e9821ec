/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <stddef.h>

#include "ice_mp_vc_op.h"

#define ANY	(1u << ICE_MP_VF_READY | 1u << ICE_MP_VF_MET | UP)
#define UP	(1u << ICE_MP_VF_ACTIVE | 1u << ICE_MP_VF_RUNNING)

/* A message without a list, one with, each naming its VSI in a field. */
#define VSI(type, field)	.vsi = true, .vsi_at = offsetof(type, field)
#define FIXED(type)		.len = sizeof(type)
#define EXACT_LIST(type, nb, list) \
	.len = sizeof(type), .elem = sizeof(((type *)0)->list[0]), .nb_at = offsetof(type, nb)
#define LIST(type, nb, list) \
	EXACT_LIST(type, nb, list), .slack = sizeof(((type *)0)->list[0])
#define RSS_PF			.caps = ICE_MP_VC_CAP_RSS_PF
#define VLAN_V1			.caps = ICE_MP_VC_CAP_VLAN
#define VLAN_V2			.caps = ICE_MP_VC_CAP_VLAN_V2

static const struct ice_mp_vc_op_desc ops[] = {
	[ICE_MP_VC_VERSION] = {
		ice_mp_vc_version, FIXED(struct ice_mp_vc_version), .states = ANY,
	},
	[ICE_MP_VC_RESET_VF] = {
		ice_mp_vc_reset_vf, .states = ANY,
	},
	[ICE_MP_VC_GET_VF_RESOURCES] = {
		ice_mp_vc_get_resources, FIXED(uint32_t), .states = ANY,
	},
	[ICE_MP_VC_CONFIG_VSI_QUEUES] = {
		ice_mp_vc_config_queues, LIST(struct ice_mp_vc_vsi_queues, nb_qpairs, qpair),
		VSI(struct ice_mp_vc_vsi_queues, vsi_id), .states = UP,
	},
	[ICE_MP_VC_CONFIG_IRQ_MAP] = {
		ice_mp_vc_config_irq_map, LIST(struct ice_mp_vc_irq_map, nb_vectors, map),
		.states = UP,
	},
	[ICE_MP_VC_ENABLE_QUEUES] = {
		ice_mp_vc_enable_queues, FIXED(struct ice_mp_vc_queue_select),
		VSI(struct ice_mp_vc_queue_select, vsi_id), .states = UP,
	},
	[ICE_MP_VC_DISABLE_QUEUES] = {
		ice_mp_vc_disable_queues, FIXED(struct ice_mp_vc_queue_select),
		VSI(struct ice_mp_vc_queue_select, vsi_id), .states = UP,
	},
	[ICE_MP_VC_ADD_ETH_ADDR] = {
		ice_mp_vc_add_addrs, LIST(struct ice_mp_vc_ether_addrs, nb, list),
		VSI(struct ice_mp_vc_ether_addrs, vsi_id), .states = UP,
	},
	[ICE_MP_VC_DEL_ETH_ADDR] = {
		ice_mp_vc_del_addrs, LIST(struct ice_mp_vc_ether_addrs, nb, list),
		VSI(struct ice_mp_vc_ether_addrs, vsi_id), .states = UP,
	},
	[ICE_MP_VC_ADD_VLAN] = {
		ice_mp_vc_add_vlans, LIST(struct ice_mp_vc_vlans, nb, id),
		VSI(struct ice_mp_vc_vlans, vsi_id), .states = UP, VLAN_V1,
	},
	[ICE_MP_VC_DEL_VLAN] = {
		ice_mp_vc_del_vlans, LIST(struct ice_mp_vc_vlans, nb, id),
		VSI(struct ice_mp_vc_vlans, vsi_id), .states = UP, VLAN_V1,
	},
	[ICE_MP_VC_CONFIG_PROMISC] = {
		ice_mp_vc_config_promisc, FIXED(struct ice_mp_vc_promisc),
		VSI(struct ice_mp_vc_promisc, vsi_id), .states = UP,
	},
	[ICE_MP_VC_GET_STATS] = {
		ice_mp_vc_get_stats, FIXED(struct ice_mp_vc_queue_select),
		VSI(struct ice_mp_vc_queue_select, vsi_id), .states = UP,
	},
	[ICE_MP_VC_CONFIG_RSS_KEY] = {
		ice_mp_vc_rss_key, LIST(struct ice_mp_vc_rss_key, len, key),
		VSI(struct ice_mp_vc_rss_key, vsi_id), .states = UP, RSS_PF,
	},
	[ICE_MP_VC_CONFIG_RSS_LUT] = {
		ice_mp_vc_rss_lut, LIST(struct ice_mp_vc_rss_lut, entries, lut),
		VSI(struct ice_mp_vc_rss_lut, vsi_id), .states = UP, RSS_PF,
	},
	[ICE_MP_VC_GET_RSS_HENA_CAPS] = {
		ice_mp_vc_get_hena, .states = UP, RSS_PF,
	},
	[ICE_MP_VC_SET_RSS_HENA] = {
		ice_mp_vc_set_hena, FIXED(uint64_t), .states = UP, RSS_PF,
	},
	[ICE_MP_VC_ENA_VLAN_STRIP] = {
		ice_mp_vc_strip_on, .states = UP, VLAN_V1,
	},
	[ICE_MP_VC_DIS_VLAN_STRIP] = {
		ice_mp_vc_strip_off, .states = UP, VLAN_V1,
	},
	[ICE_MP_VC_REQUEST_QUEUES] = {
		ice_mp_vc_request_queues, FIXED(struct ice_mp_vc_vf_res_request), .states = UP,
		.caps = ICE_MP_VC_CAP_REQ_QUEUES,
	},
	[ICE_MP_VC_GET_RXDIDS] = {
		ice_mp_vc_get_rxdids, .states = UP, .caps = ICE_MP_VC_CAP_RX_FLEX_DESC,
	},
	[ICE_MP_VC_GET_VLAN_V2_CAPS] = {
		ice_mp_vc_vlan_v2_caps, .states = UP, VLAN_V2,
	},
	[ICE_MP_VC_ADD_VLAN_V2] = {
		ice_mp_vc_add_vlans_v2, EXACT_LIST(struct ice_mp_vc_vlans_v2, nb, filter),
		VSI(struct ice_mp_vc_vlans_v2, vsi_id), .states = UP, VLAN_V2,
	},
	[ICE_MP_VC_DEL_VLAN_V2] = {
		ice_mp_vc_del_vlans_v2, EXACT_LIST(struct ice_mp_vc_vlans_v2, nb, filter),
		VSI(struct ice_mp_vc_vlans_v2, vsi_id), .states = UP, VLAN_V2,
	},
	[ICE_MP_VC_ENA_VLAN_STRIP_V2] = {
		ice_mp_vc_strip_v2_on, FIXED(struct ice_mp_vc_vlan_setting),
		VSI(struct ice_mp_vc_vlan_setting, vsi_id), .states = UP, VLAN_V2,
	},
	[ICE_MP_VC_DIS_VLAN_STRIP_V2] = {
		ice_mp_vc_strip_v2_off, FIXED(struct ice_mp_vc_vlan_setting),
		VSI(struct ice_mp_vc_vlan_setting, vsi_id), .states = UP, VLAN_V2,
	},
	[ICE_MP_VC_ENA_VLAN_INSERT_V2] = {
		ice_mp_vc_insert_v2_on, FIXED(struct ice_mp_vc_vlan_setting),
		VSI(struct ice_mp_vc_vlan_setting, vsi_id), .states = UP, VLAN_V2,
	},
	[ICE_MP_VC_DIS_VLAN_INSERT_V2] = {
		ice_mp_vc_insert_v2_off, FIXED(struct ice_mp_vc_vlan_setting),
		VSI(struct ice_mp_vc_vlan_setting, vsi_id), .states = UP, VLAN_V2,
	},
};

const struct ice_mp_vc_op_desc *
ice_mp_vc_op(uint32_t opcode)
{
	return opcode < RTE_DIM(ops) && ops[opcode].fn != NULL ? &ops[opcode] : NULL;
}

bool
ice_mp_vc_op_len_ok(const struct ice_mp_vc_op_desc *op, const struct ice_mp_vf *vf,
		    const uint8_t *msg, uint16_t len)
{
	uint32_t want = op->len, nb;

	/* Capabilities came with version 1.1. Of whom a reset made forget what
	 * was agreed on (Linux iavf does not say its version again), either. */
	if (op->fn == ice_mp_vc_get_resources &&
	    (vf->v10 || (vf->state == ICE_MP_VF_READY && len == 0)))
		want = 0;
	if (op->elem == 0 || len < op->len)
		return len == want;
	nb = *(const uint16_t *)(const void *)(msg + op->nb_at);
	want += nb * op->elem;
	return nb != 0 && (len == want || len == want + op->slack);
}
