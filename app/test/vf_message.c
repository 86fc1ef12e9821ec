/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <string.h>

#include "vf_message.h"

#define TPID_8021Q	0x8100

static uint16_t
put16(uint8_t *at, uint16_t val)
{
	memcpy(at, &val, sizeof(val));
	return sizeof(val);
}

void
vfm_qpair(const struct vfm_says *s, uint16_t q, struct ice_mp_vc_qpair *qp)
{
	memset(qp, 0, sizeof(*qp));
	qp->txq.vsi_id = VFM_VSI;
	qp->txq.queue_id = q;
	qp->txq.ring_len = s->ring;
	qp->txq.ring_addr = s->tx[q];
	qp->rxq.vsi_id = VFM_VSI;
	qp->rxq.queue_id = q;
	qp->rxq.ring_len = s->ring;
	qp->rxq.buf_size = s->buf;
	qp->rxq.max_pkt_size = s->buf < 1536 ? s->buf : 1536;
	/* Linux knows no flexible descriptors: it says nothing here. */
	qp->rxq.rxdid = s->rxdid;
	qp->rxq.ring_addr = s->rx[q];
}

static uint16_t
base_queues(const struct vfm_says *s, uint8_t *buf, uint16_t n)
{
	struct ice_mp_vc_vsi_queues head = { .vsi_id = VFM_VSI, .nb_qpairs = n };
	struct ice_mp_vc_qpair qp;
	uint16_t q;

	memcpy(buf, &head, sizeof(head));
	for (q = 0; q < n; q++) {
		vfm_qpair(s, q < s->queues ? q : s->queues - 1, &qp);
		memcpy(buf + sizeof(head) + q * sizeof(qp), &qp, sizeof(qp));
	}
	return sizeof(head) + n * sizeof(qp);
}

static uint16_t
base_irq(uint8_t *buf, uint16_t n)
{
	uint16_t len = put16(buf, n), i;

	for (i = 0; i < n; i++) {
		struct ice_mp_vc_vector_map m = { .vsi_id = VFM_VSI, .vector_id = 1 + i % 2,
						  .rxq_map = 1 << i % 2, .txq_map = 1 << i % 2 };

		memcpy(buf + len, &m, sizeof(m));
		len += sizeof(m);
	}
	return len;
}

static uint16_t
base_macs(uint8_t *buf, uint16_t n)
{
	uint16_t len = put16(buf, VFM_VSI), i;

	len += put16(buf + len, n);
	for (i = 0; i < n; i++) {
		struct ice_mp_vc_ether_addr a = { .addr = { 0x06, 0xBA, 0xD0, 0, i >> 8, i },
						  .type = ICE_MP_VC_ADDR_EXTRA };

		memcpy(buf + len, &a, sizeof(a));
		len += sizeof(a);
	}
	return len;
}

static uint16_t
base_vlans(uint8_t *buf, uint16_t n)
{
	uint16_t len = put16(buf, VFM_VSI), i;

	len += put16(buf + len, n);
	for (i = 0; i < n; i++)
		len += put16(buf + len, 1000 + i);
	return len;
}

static uint16_t
base_vlans_v2(const struct vfm_says *s, uint8_t *buf, uint16_t n)
{
	struct ice_mp_vc_vlans_v2 head = { .vsi_id = VFM_VSI, .nb = n };
	uint16_t len = sizeof(head), i;

	memcpy(buf, &head, sizeof(head));
	for (i = 0; i < n; i++) {
		struct ice_mp_vc_vlan_filter f = { 0 };
		struct ice_mp_vc_vlan_tag *t = s->outer ? &f.outer : &f.inner;

		t->tci = 1000 + i;
		t->tpid = TPID_8021Q;
		memcpy(buf + len, &f, sizeof(f));
		len += sizeof(f);
	}
	return len;
}

uint16_t
vfm_right(const struct vfm_says *s, uint32_t op, uint16_t n, uint8_t *buf)
{
	static const struct ice_mp_vc_version version = { 1, 1 };
	struct ice_mp_vc_queue_select sel = { .vsi_id = VFM_VSI, .rx_queues = 1, .tx_queues = 1 };
	struct ice_mp_vc_vlan_setting set = { .vsi_id = VFM_VSI };
	uint16_t len;

	memset(buf, 0, VFM_MAX_LEN);
	switch (op) {
	case ICE_MP_VC_VERSION:
		memcpy(buf, &version, sizeof(version));
		return sizeof(version);
	case ICE_MP_VC_GET_VF_RESOURCES:
		memcpy(buf, &s->caps, sizeof(s->caps));
		return sizeof(s->caps);
	case ICE_MP_VC_CONFIG_VSI_QUEUES:
		return base_queues(s, buf, n);
	case ICE_MP_VC_CONFIG_IRQ_MAP:
		return base_irq(buf, n);
	case ICE_MP_VC_ENABLE_QUEUES:
	case ICE_MP_VC_DISABLE_QUEUES:
	case ICE_MP_VC_GET_STATS:
		memcpy(buf, &sel, sizeof(sel));
		return sizeof(sel);
	case ICE_MP_VC_ADD_ETH_ADDR:
	case ICE_MP_VC_DEL_ETH_ADDR:
		return base_macs(buf, n);
	case ICE_MP_VC_ADD_VLAN:
	case ICE_MP_VC_DEL_VLAN:
		return base_vlans(buf, n);
	case ICE_MP_VC_CONFIG_PROMISC:
		return put16(buf, VFM_VSI) + put16(buf + 2, 0);
	case ICE_MP_VC_CONFIG_RSS_KEY:
		len = put16(buf, VFM_VSI) + put16(buf + 2, n ? n : ICE_MP_VC_RSS_KEY_SIZE);
		return len + ICE_MP_VC_RSS_KEY_SIZE;
	case ICE_MP_VC_CONFIG_RSS_LUT:
		len = put16(buf, VFM_VSI) + put16(buf + 2, n ? n : ICE_MP_VC_RSS_LUT_SIZE);
		return len + ICE_MP_VC_RSS_LUT_SIZE;
	case ICE_MP_VC_SET_RSS_HENA:
		return sizeof(uint64_t);
	case ICE_MP_VC_REQUEST_QUEUES:
		return put16(buf, 2);
	case ICE_MP_VC_ADD_RSS_CFG:
	case ICE_MP_VC_DEL_RSS_CFG:
		return ICE_MP_VC_RSS_CFG_SIZE;
	case ICE_MP_VC_ADD_VLAN_V2:
	case ICE_MP_VC_DEL_VLAN_V2:
		return base_vlans_v2(s, buf, n);
	case ICE_MP_VC_ENA_VLAN_STRIP_V2:
	case ICE_MP_VC_DIS_VLAN_STRIP_V2:
	case ICE_MP_VC_ENA_VLAN_INSERT_V2:
	case ICE_MP_VC_DIS_VLAN_INSERT_V2:
		if (s->outer)
			set.outer_ethertype = ICE_MP_VC_VLAN_8100;
		else
			set.inner_ethertype = ICE_MP_VC_VLAN_8100;
		memcpy(buf, &set, sizeof(set));
		return sizeof(set);
	default:
		return 0;
	}
}
