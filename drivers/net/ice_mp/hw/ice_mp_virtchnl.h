/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_VIRTCHNL_H_
#define _ICE_MP_VIRTCHNL_H_

/**
 * @file
 * Messages between a VF and its PF, version 1.1 of the public virtchnl
 * interface: layouts and numbers, no policy. Little-endian, naturally
 * aligned. A message travels in the buffer of a mailbox descriptor; its
 * opcode is in cookie_high, its status (of replies) in cookie_low.
 *
 * Lists end in an array of `nb` elements. Stock clients declare those arrays
 * with one element and add `nb` to that: what they send of CONFIG_VSI_QUEUES,
 * CONFIG_IRQ_MAP, ADD/DEL_ETH_ADDR and ADD/DEL_VLAN is one element longer than
 * its list, RSS key and table are one byte longer. VLAN v2 lists are exact. A
 * PF takes either length.
 *
 * Shared by the driver, its test clients and fuzzers.
 */

#include <stdint.h>

#define ICE_MP_VC_MAJOR			1
#define ICE_MP_VC_MINOR			1

enum ice_mp_vc_op {
	ICE_MP_VC_VERSION		= 1,
	ICE_MP_VC_RESET_VF		= 2,
	ICE_MP_VC_GET_VF_RESOURCES	= 3,
	ICE_MP_VC_CONFIG_TX_QUEUE	= 4,
	ICE_MP_VC_CONFIG_RX_QUEUE	= 5,
	ICE_MP_VC_CONFIG_VSI_QUEUES	= 6,
	ICE_MP_VC_CONFIG_IRQ_MAP	= 7,
	ICE_MP_VC_ENABLE_QUEUES		= 8,
	ICE_MP_VC_DISABLE_QUEUES	= 9,
	ICE_MP_VC_ADD_ETH_ADDR		= 10,
	ICE_MP_VC_DEL_ETH_ADDR		= 11,
	ICE_MP_VC_ADD_VLAN		= 12,
	ICE_MP_VC_DEL_VLAN		= 13,
	ICE_MP_VC_CONFIG_PROMISC	= 14,
	ICE_MP_VC_GET_STATS		= 15,
	ICE_MP_VC_EVENT			= 17,	/* PF to VF only */
	ICE_MP_VC_CONFIG_RSS_KEY	= 23,
	ICE_MP_VC_CONFIG_RSS_LUT	= 24,
	ICE_MP_VC_GET_RSS_HENA_CAPS	= 25,
	ICE_MP_VC_SET_RSS_HENA		= 26,
	ICE_MP_VC_ENA_VLAN_STRIP	= 27,
	ICE_MP_VC_DIS_VLAN_STRIP	= 28,
	ICE_MP_VC_REQUEST_QUEUES	= 29,
	ICE_MP_VC_GET_RXDIDS		= 44,
	ICE_MP_VC_ADD_RSS_CFG		= 45,
	ICE_MP_VC_DEL_RSS_CFG		= 46,
	ICE_MP_VC_GET_VLAN_V2_CAPS	= 51,
	ICE_MP_VC_ADD_VLAN_V2		= 52,
	ICE_MP_VC_DEL_VLAN_V2		= 53,
	ICE_MP_VC_ENA_VLAN_STRIP_V2	= 54,
	ICE_MP_VC_DIS_VLAN_STRIP_V2	= 55,
	ICE_MP_VC_ENA_VLAN_INSERT_V2	= 56,
	ICE_MP_VC_DIS_VLAN_INSERT_V2	= 57,
	ICE_MP_VC_OP_MAX		= 116,	/* beyond the last one defined */
};

enum ice_mp_vc_status {
	ICE_MP_VC_OK			= 0,
	ICE_MP_VC_ERR_PARAM		= -5,
	ICE_MP_VC_ERR_NO_MEMORY		= -18,
	ICE_MP_VC_ERR_OPCODE		= -38,
	ICE_MP_VC_ERR_CQP		= -39,
	ICE_MP_VC_ERR_VF_ID		= -40,
	ICE_MP_VC_ERR_AQ		= -53,
	ICE_MP_VC_ERR_NOT_SUPPORTED	= -64,
};

/* GET_VF_RESOURCES: what a VF asks for and what it is granted. */
#define ICE_MP_VC_CAP_L2		(1u << 0)
#define ICE_MP_VC_CAP_RSS_AQ		(1u << 3)
#define ICE_MP_VC_CAP_RSS_REG		(1u << 4)
#define ICE_MP_VC_CAP_WB_ON_ITR		(1u << 5)
#define ICE_MP_VC_CAP_REQ_QUEUES	(1u << 6)
#define ICE_MP_VC_CAP_ADV_LINK_SPEED	(1u << 7)
#define ICE_MP_VC_CAP_LARGE_QPAIRS	(1u << 9)
#define ICE_MP_VC_CAP_CRC		(1u << 10)
#define ICE_MP_VC_CAP_VLAN_V2		(1u << 15)
#define ICE_MP_VC_CAP_VLAN		(1u << 16)
#define ICE_MP_VC_CAP_RX_POLLING	(1u << 17)
#define ICE_MP_VC_CAP_RSS_PCTYPE_V2	(1u << 18)
#define ICE_MP_VC_CAP_RSS_PF		(1u << 19)
#define ICE_MP_VC_CAP_ENCAP		(1u << 20)
#define ICE_MP_VC_CAP_ENCAP_CSUM	(1u << 21)
#define ICE_MP_VC_CAP_USO		(1u << 25)
#define ICE_MP_VC_CAP_RX_FLEX_DESC	(1u << 26)
#define ICE_MP_VC_CAP_ADV_RSS_PF	(1u << 27)
#define ICE_MP_VC_CAP_FDIR_PF		(1u << 28)
#define ICE_MP_VC_CAP_QOS		(1u << 29)
#define ICE_MP_VC_CAP_PTP		(1u << 31)

#define ICE_MP_VC_RSS_KEY_SIZE		52
#define ICE_MP_VC_RSS_LUT_SIZE		64

struct ice_mp_vc_version {
	uint32_t major, minor;
};

struct ice_mp_vc_vsi_res {
	uint16_t vsi_id;
	uint16_t nb_queue_pairs;
	int32_t vsi_type;
#define ICE_MP_VC_VSI_SRIOV		6
	uint16_t qset;
	uint8_t mac[6];
};

struct ice_mp_vc_vf_res {
	uint16_t nb_vsis;
	uint16_t nb_queue_pairs;
	uint16_t max_vectors;
	uint16_t max_mtu;
	uint32_t caps;
	uint32_t rss_key_size;
	uint32_t rss_lut_size;
	struct ice_mp_vc_vsi_res vsi;
};

struct ice_mp_vc_txq {
	uint16_t vsi_id;
	uint16_t queue_id;
	uint16_t ring_len;
	uint16_t headwb_ena;
	uint64_t ring_addr;
	uint64_t headwb_addr;
};

struct ice_mp_vc_rxq {
	uint16_t vsi_id;
	uint16_t queue_id;
	uint32_t ring_len;
	uint16_t hdr_size;
	uint16_t split_ena;
	uint32_t buf_size;
	uint32_t max_pkt_size;
	uint8_t crc_disable;
	uint8_t rxdid;
	uint8_t flags;
	uint8_t pad1;
	uint64_t ring_addr;
	int32_t split_pos;
	uint32_t pad2;
};

struct ice_mp_vc_qpair {
	struct ice_mp_vc_txq txq;
	struct ice_mp_vc_rxq rxq;
};

struct ice_mp_vc_vsi_queues {
	uint16_t vsi_id;
	uint16_t nb_qpairs;
	uint32_t pad;
	struct ice_mp_vc_qpair qpair[];
};

struct ice_mp_vc_vector_map {
	uint16_t vsi_id;
	uint16_t vector_id;
	uint16_t rxq_map;
	uint16_t txq_map;
	uint16_t rxitr_idx;
	uint16_t txitr_idx;
};

struct ice_mp_vc_irq_map {
	uint16_t nb_vectors;
	struct ice_mp_vc_vector_map map[];
};

/** ENABLE_QUEUES, DISABLE_QUEUES, GET_STATS. */
struct ice_mp_vc_queue_select {
	uint16_t vsi_id;
	uint16_t pad;
	uint32_t rx_queues;
	uint32_t tx_queues;
};

struct ice_mp_vc_ether_addr {
	uint8_t addr[6];
	uint8_t type;
#define ICE_MP_VC_ADDR_LEGACY		0
#define ICE_MP_VC_ADDR_PRIMARY		1
#define ICE_MP_VC_ADDR_EXTRA		2
	uint8_t pad;
};

struct ice_mp_vc_ether_addrs {
	uint16_t vsi_id;
	uint16_t nb;
	struct ice_mp_vc_ether_addr list[];
};

struct ice_mp_vc_vlans {
	uint16_t vsi_id;
	uint16_t nb;
	uint16_t id[];
};

struct ice_mp_vc_promisc {
	uint16_t vsi_id;
	uint16_t flags;
#define ICE_MP_VC_PROMISC_UC		0x1
#define ICE_MP_VC_PROMISC_MC		0x2
};

struct ice_mp_vc_stats {
	uint64_t rx_bytes, rx_uc, rx_mc, rx_bc, rx_discards, rx_unknown_proto;
	uint64_t tx_bytes, tx_uc, tx_mc, tx_bc, tx_discards, tx_errors;
};

enum ice_mp_vc_event_code {
	ICE_MP_VC_EVENT_LINK		= 1,
	ICE_MP_VC_EVENT_RESET_IMPENDING	= 2,
	ICE_MP_VC_EVENT_PF_CLOSE	= 3,
};

/* Link speed of an event to a VF without ICE_MP_VC_CAP_ADV_LINK_SPEED; with
 * it the speed is in Mb/s. */
#define ICE_MP_VC_SPEED_2_5G		(1u << 0)
#define ICE_MP_VC_SPEED_100M		(1u << 1)
#define ICE_MP_VC_SPEED_1G		(1u << 2)
#define ICE_MP_VC_SPEED_10G		(1u << 3)
#define ICE_MP_VC_SPEED_40G		(1u << 4)
#define ICE_MP_VC_SPEED_20G		(1u << 5)
#define ICE_MP_VC_SPEED_25G		(1u << 6)
#define ICE_MP_VC_SPEED_5G		(1u << 7)

struct ice_mp_vc_event {
	int32_t event;
	uint32_t link_speed;
	uint8_t link_up;
	uint8_t pad[3];
	int32_t severity;
#define ICE_MP_VC_SEVERITY_INFO		0
#define ICE_MP_VC_SEVERITY_CERTAIN_DOOM	255
};

struct ice_mp_vc_rss_key {
	uint16_t vsi_id;
	uint16_t len;
	uint8_t key[];
};

struct ice_mp_vc_rss_lut {
	uint16_t vsi_id;
	uint16_t entries;
	uint8_t lut[];
};

struct ice_mp_vc_vf_res_request {
	uint16_t nb_queue_pairs;
};

/** ADD_RSS_CFG, DEL_RSS_CFG: length of the message, the fields of which the
 * driver has no use for yet. */
#define ICE_MP_VC_RSS_CFG_SIZE		2444

/* VLAN v2. */
#define ICE_MP_VC_VLAN_UNSUPPORTED	0
#define ICE_MP_VC_VLAN_8100		0x00000001u
#define ICE_MP_VC_VLAN_88A8		0x00000002u
#define ICE_MP_VC_VLAN_9100		0x00000004u
#define ICE_MP_VC_VLAN_L2TAG1		0x00000100u
#define ICE_MP_VC_VLAN_L2TAG2		0x00000200u
#define ICE_MP_VC_VLAN_L2TAG2_2		0x00000400u
#define ICE_MP_VC_VLAN_PRIO		0x01000000u
#define ICE_MP_VC_VLAN_FILTER_MASK	0x10000000u
#define ICE_MP_VC_VLAN_AND		0x20000000u
#define ICE_MP_VC_VLAN_XOR		0x40000000u
#define ICE_MP_VC_VLAN_TOGGLE		0x80000000u

struct ice_mp_vc_vlan_support {
	uint32_t outer, inner;
};

struct ice_mp_vc_vlan_caps {
	struct ice_mp_vc_vlan_support filter;
	uint32_t filter_ethertype_init;
	uint16_t max_filters;
	uint8_t pad1[2];
	struct ice_mp_vc_vlan_support strip;
	struct ice_mp_vc_vlan_support insert;
	uint32_t offload_ethertype_init;
	uint8_t ethertype_match;
#define ICE_MP_VC_VLAN_STRIP_MATCHES_INSERT	0
#define ICE_MP_VC_VLAN_MATCH_NOT_REQUIRED	1
	uint8_t pad2[3];
};

struct ice_mp_vc_vlan_tag {
	uint16_t tci;
	uint16_t tci_mask;
	uint16_t tpid;
	uint8_t pad[2];
};

struct ice_mp_vc_vlan_filter {
	struct ice_mp_vc_vlan_tag inner, outer;
	uint8_t pad[16];
};

struct ice_mp_vc_vlans_v2 {
	uint16_t vsi_id;
	uint16_t nb;
	uint8_t pad[4];
	struct ice_mp_vc_vlan_filter filter[];
};

struct ice_mp_vc_vlan_setting {
	uint32_t outer_ethertype;
	uint32_t inner_ethertype;
	uint16_t vsi_id;
	uint8_t pad[6];
};

_Static_assert(sizeof(struct ice_mp_vc_vf_res) == 36, "virtchnl layout");
_Static_assert(sizeof(struct ice_mp_vc_txq) == 24, "virtchnl layout");
_Static_assert(sizeof(struct ice_mp_vc_rxq) == 40, "virtchnl layout");
_Static_assert(sizeof(struct ice_mp_vc_vsi_queues) == 8, "virtchnl layout");
_Static_assert(sizeof(struct ice_mp_vc_vector_map) == 12, "virtchnl layout");
_Static_assert(sizeof(struct ice_mp_vc_irq_map) == 2, "virtchnl layout");
_Static_assert(sizeof(struct ice_mp_vc_queue_select) == 12, "virtchnl layout");
_Static_assert(sizeof(struct ice_mp_vc_ether_addr) == 8, "virtchnl layout");
_Static_assert(sizeof(struct ice_mp_vc_stats) == 96, "virtchnl layout");
_Static_assert(sizeof(struct ice_mp_vc_event) == 16, "virtchnl layout");
_Static_assert(sizeof(struct ice_mp_vc_vlan_caps) == 40, "virtchnl layout");
_Static_assert(sizeof(struct ice_mp_vc_vlan_filter) == 32, "virtchnl layout");
_Static_assert(sizeof(struct ice_mp_vc_vlans_v2) == 8, "virtchnl layout");
_Static_assert(sizeof(struct ice_mp_vc_vlan_setting) == 16, "virtchnl layout");

#endif /* _ICE_MP_VIRTCHNL_H_ */
