/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file Messages about queues and their vectors. */

#include <errno.h>
#include <string.h>

#include "ice_mp_port.h"
#include "ice_mp_vc_priv.h"

#define RING_ADDR_ALIGN		(1u << ICE_MP_RING_BASE_SHIFT)
/** No bus address is wider than the page tables of an IOMMU can be. */
#define RING_ADDR_BITS		57
#define RX_BUF_MIN		1024
#define RX_FRAME_MIN		64

/** Formats of write-backs, a bit each. */
#define RXDIDS	(UINT64_C(1) << ICE_MP_RXDID_LEGACY | UINT64_C(1) << ICE_MP_RXDID_FLEX_NIC | \
		 UINT64_C(1) << ICE_MP_RXDID_COMMS_OVS)

uint16_t
ice_mp_vf_max_frame(const struct ice_mp_vf *vf)
{
	const struct ice_mp_port *port = ice_mp_vf_port(vf);
	unsigned int frame = port != NULL ? port->frame : vf->pf->max_frame;

	if (vf->admin.mtu != 0)
		frame = RTE_MIN(frame, vf->admin.mtu + ICE_MP_ETH_OVERHEAD);
	/* A port VLAN's tag comes on top of what the VF sends. */
	return vf->admin.pvid != 0 ? frame - RTE_VLAN_HLEN : frame;
}

/* A ring that is left out has neither length nor address. */
static const char *
check_ring(uint32_t len, uint64_t addr)
{
	if (len == 0)
		return addr == 0 ? NULL : "a ring without descriptors";
	if (len < ICE_MP_RING_MIN || len > ICE_MP_RING_MAX || len % ICE_MP_RING_ALIGN != 0)
		return "number of descriptors";
	if (addr == 0 || addr % RING_ADDR_ALIGN != 0 || addr >> RING_ADDR_BITS != 0)
		return "address of a ring";
	return NULL;
}

static const char *
check_txq(const struct ice_mp_vf *vf, const struct ice_mp_vc_txq *q)
{
	if (q->vsi_id != ICE_MP_VF_VSI_ID)
		return "not its VSI";
	if (q->queue_id >= vf->nb_queues)
		return "not its Tx queue";
	if (q->headwb_ena != 0)
		return "head write-back";
	if (q->ring_len != 0 && vf->tx[q->queue_id].on)
		return "a Tx queue that is enabled";
	return check_ring(q->ring_len, q->ring_addr);
}

static const char *
check_rxdid(const struct ice_mp_vf *vf, uint8_t rxdid)
{
	if (vf->caps & ICE_MP_VC_CAP_RX_FLEX_DESC)
		return rxdid < 64 && (RXDIDS >> rxdid & 1) ? NULL : "format of descriptors";
	/* The field is from later. */
	return rxdid == 0 || rxdid == ICE_MP_RXDID_LEGACY ? NULL : "format of descriptors";
}

static const char *
check_rxq(const struct ice_mp_vf *vf, const struct ice_mp_vc_rxq *q)
{
	const char *why;

	if (q->vsi_id != ICE_MP_VF_VSI_ID)
		return "not its VSI";
	if (q->queue_id >= vf->nb_queues)
		return "not its Rx queue";
	why = check_ring(q->ring_len, q->ring_addr);
	if (why != NULL || q->ring_len == 0)
		return why;
	if (vf->rx[q->queue_id].on)
		return "an Rx queue that is enabled";
	if (q->split_ena != 0)
		return "header split";
	if (q->buf_size < RX_BUF_MIN || q->buf_size > ICE_MP_RX_DBUF_MAX ||
	    q->buf_size % (1u << ICE_MP_RX_DBUF_SHIFT) != 0)
		return "size of buffers";
	if (q->max_pkt_size < RX_FRAME_MIN || q->max_pkt_size > ice_mp_vf_max_frame(vf))
		return "largest frame";
	if (q->crc_disable > 1 ||
	    (q->crc_disable != 0 && (vf->caps & ICE_MP_VC_CAP_CRC) == 0))
		return "keeping the FCS";
	if (q->flags != 0)
		return "flags of an Rx queue";
	return check_rxdid(vf, q->rxdid);
}

/* The whole message. Queues come in pairs; none twice. */
static const char *
check_queues(const struct ice_mp_vf *vf, const struct ice_mp_vc_vsi_queues *m)
{
	uint32_t seen = 0;
	const char *why;
	unsigned int i;

	if (m->nb_qpairs > vf->nb_queues)
		return "number of queues";
	for (i = 0; i < m->nb_qpairs; i++) {
		const struct ice_mp_vc_qpair *p = &m->qpair[i];

		why = check_txq(vf, &p->txq);
		if (why == NULL)
			why = check_rxq(vf, &p->rxq);
		if (why != NULL)
			return why;
		if (p->rxq.queue_id != p->txq.queue_id)
			return "not a pair of queues";
		if (seen & 1u << p->txq.queue_id)
			return "a queue named twice";
		if (p->txq.ring_len == 0 && p->rxq.ring_len == 0)
			return "a pair without rings";
		seen |= 1u << p->txq.queue_id;
	}
	return NULL;
}

/* Only remembered: the hardware learns of it when the queue is enabled. */
int
ice_mp_vc_config_queues(struct ice_mp_vc_call *c)
{
	const struct ice_mp_vc_vsi_queues *m = c->msg;
	struct ice_mp_vf *vf = c->vf;
	const char *why = check_queues(vf, m);
	unsigned int i;

	if (why != NULL)
		return ice_mp_vc_refuse(c, why);
	for (i = 0; i < m->nb_qpairs; i++) {
		const struct ice_mp_vc_rxq *q = &m->qpair[i].rxq;
		struct ice_mp_vf_ring *rx = &vf->rx[q->queue_id], *tx = &vf->tx[q->queue_id];

		/* Without a ring the queue is not configured, unless it runs. */
		if (!tx->on) {
			tx->addr = m->qpair[i].txq.ring_addr;
			tx->len = m->qpair[i].txq.ring_len;
		}
		if (rx->on)
			continue;
		rx->addr = q->ring_addr;
		rx->len = q->ring_len;
		rx->buf_size = q->buf_size;
		/* The tag of a port VLAN is taken off behind the check. */
		rx->max_frame = vf->admin.pvid != 0 ? q->max_pkt_size + RTE_VLAN_HLEN :
						      q->max_pkt_size;
		rx->keep_crc = q->crc_disable != 0;
		rx->rxdid = q->rxdid != 0 ? q->rxdid : ICE_MP_RXDID_LEGACY;
	}
	return ICE_MP_VC_OK;
}

static const char *
check_irq_map(const struct ice_mp_vf *vf, const struct ice_mp_vc_irq_map *m)
{
	uint32_t beyond = ~((1u << vf->nb_queues) - 1);
	unsigned int i;

	if (m->nb_vectors > vf->nb_vecs)
		return "number of vectors";
	for (i = 0; i < m->nb_vectors; i++) {
		const struct ice_mp_vc_vector_map *v = &m->map[i];

		if (v->vsi_id != ICE_MP_VF_VSI_ID)
			return "not its VSI";
		if (v->vector_id >= vf->nb_vecs)
			return "not its vector";
		if ((v->rxq_map | v->txq_map) & beyond)
			return "not its queue";
		if (v->vector_id == 0 && (v->rxq_map | v->txq_map) != 0)
			return "a queue at the mailbox's vector";
		if ((v->rxq_map != 0 && v->rxitr_idx > GLINT_DYN_CTL_ITR_NONE) ||
		    (v->txq_map != 0 && v->txitr_idx > GLINT_DYN_CTL_ITR_NONE))
			return "moderation of a vector";
	}
	return NULL;
}

int
ice_mp_vc_config_irq_map(struct ice_mp_vc_call *c)
{
	const struct ice_mp_vc_irq_map *m = c->msg;
	struct ice_mp_vf *vf = c->vf;
	const char *why = check_irq_map(vf, m);
	unsigned int i;
	uint16_t q;

	if (why != NULL)
		return ice_mp_vc_refuse(c, why);
	for (i = 0; i < m->nb_vectors; i++) {
		const struct ice_mp_vc_vector_map *v = &m->map[i];

		for (q = 0; q < vf->nb_queues; q++) {
			if (v->rxq_map & 1u << q) {
				vf->rx[q].vector = v->vector_id;
				vf->rx[q].itr = v->rxitr_idx;
			}
			if (v->txq_map & 1u << q) {
				vf->tx[q].vector = v->vector_id;
				vf->tx[q].itr = v->txitr_idx;
			}
		}
	}
	for (q = 0; q < vf->nb_queues; q++) {
		if (vf->rx[q].on)
			ice_mp_vf_rxq_irq(vf, q);
		if (vf->tx[q].on)
			ice_mp_vf_txq_irq(vf, q);
	}
	return ICE_MP_VC_OK;
}

static const char *
check_select(const struct ice_mp_vf *vf, const struct ice_mp_vc_queue_select *m)
{
	uint32_t beyond = ~((1u << vf->nb_queues) - 1);

	if (m->rx_queues == 0 && m->tx_queues == 0)
		return "no queue";
	if ((m->rx_queues | m->tx_queues) & beyond)
		return "not its queue";
	return NULL;
}

/* RUNNING is whoever has a queue that is on. */
static void
queues_state(struct ice_mp_vf *vf)
{
	bool on = false;
	uint16_t q;

	for (q = 0; q < vf->nb_queues; q++)
		on |= vf->rx[q].on || vf->tx[q].on;
	ice_mp_vf_state_set(vf, on ? ICE_MP_VF_RUNNING : ICE_MP_VF_ACTIVE);
}

int
ice_mp_vc_enable_queues(struct ice_mp_vc_call *c)
{
	const struct ice_mp_vc_queue_select *m = c->msg;
	uint32_t rx_new = 0, tx_new = 0;
	struct ice_mp_vf *vf = c->vf;
	const char *why = check_select(vf, m);
	uint16_t q;
	int rc = 0;

	for (q = 0; q < vf->nb_queues && why == NULL; q++)
		if ((m->rx_queues & 1u << q && vf->rx[q].len == 0) ||
		    (m->tx_queues & 1u << q && vf->tx[q].len == 0))
			why = "a queue that is not configured";
	if (why != NULL)
		return ice_mp_vc_refuse(c, why);
	for (q = 0; q < vf->nb_queues && rc == 0; q++) {
		if (m->tx_queues & 1u << q && !vf->tx[q].on) {
			rc = ice_mp_vf_txq_on(vf, q);
			tx_new |= rc == 0 ? 1u << q : 0;
		}
		if (rc == 0 && m->rx_queues & 1u << q && !vf->rx[q].on) {
			rc = ice_mp_vf_rxq_on(vf, q);
			rx_new |= rc == 0 ? 1u << q : 0;
		}
	}
	for (q = 0; q < vf->nb_queues && rc != 0; q++) {
		if (rx_new & 1u << q)
			(void)ice_mp_vf_rxq_off(vf, q);
		if (tx_new & 1u << q)
			(void)ice_mp_vf_txq_off(vf, q);
	}
	queues_state(vf);
	c->link = rc == 0;
	return ice_mp_vc_status(c, rc);
}

int
ice_mp_vc_disable_queues(struct ice_mp_vc_call *c)
{
	const struct ice_mp_vc_queue_select *m = c->msg;
	struct ice_mp_vf *vf = c->vf;
	const char *why = check_select(vf, m);
	int rc = 0, one;
	uint16_t q;

	if (why != NULL)
		return ice_mp_vc_refuse(c, why);
	for (q = 0; q < vf->nb_queues; q++) {
		one = m->tx_queues & 1u << q ? ice_mp_vf_txq_off(vf, q) : 0;
		rc = rc == 0 ? one : rc;
		one = m->rx_queues & 1u << q ? ice_mp_vf_rxq_off(vf, q) : 0;
		rc = rc == 0 ? one : rc;
	}
	queues_state(vf);
	return ice_mp_vc_status(c, rc);
}

int
ice_mp_vc_request_queues(struct ice_mp_vc_call *c)
{
	const struct ice_mp_vc_vf_res_request *m = c->msg;
	struct ice_mp_vc_vf_res_request *out = (void *)c->reply;
	struct ice_mp_vf *vf = c->vf;

	if (m->nb_queue_pairs == 0)
		return ice_mp_vc_refuse(c, "no queue");
	out->nb_queue_pairs = RTE_MIN(m->nb_queue_pairs, vf->max_queues);
	c->reply_len = sizeof(*out);
	/* What is not to be had is answered with what is; the VF may ask for
	 * that. What it has already needs no reset. */
	if (m->nb_queue_pairs > vf->max_queues || m->nb_queue_pairs == vf->nb_queues)
		return ICE_MP_VC_OK;
	vf->req_queues = m->nb_queue_pairs;
	c->silent = true;
	(void)ice_mp_vf_reset_later(vf, ICE_MP_VF_BY_VF);
	return ICE_MP_VC_OK;
}

int
ice_mp_vc_get_rxdids(struct ice_mp_vc_call *c)
{
	*(uint64_t *)(void *)c->reply = RXDIDS;
	c->reply_len = sizeof(uint64_t);
	return ICE_MP_VC_OK;
}

int
ice_mp_vc_get_stats(struct ice_mp_vc_call *c)
{
	struct ice_mp_vc_stats *s = (void *)c->reply;
	int rc;

	c->reply_len = sizeof(*s);
	rc = ice_mp_vf_stats_get(c->vf, s);
	/* Clients expect the FCS in what they received, and take it off, but
	 * not in what they sent. */
	if (rc == 0)
		s->tx_bytes -= RTE_MIN(s->tx_bytes, (s->tx_uc + s->tx_mc + s->tx_bc) *
						    RTE_ETHER_CRC_LEN);
	return ice_mp_vc_status(c, rc);
}
