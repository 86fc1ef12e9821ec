/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file The data rings of the tests' VF driver. */

#include <errno.h>

#include "vf_client.h"

static void
rx_post(const struct vfc *c, uint16_t q, uint16_t slot)
{
	union ice_mp_rx_desc *d = &c->q[q].rx[slot];

	d->qw[2] = 0;
	d->qw[3] = 0;
	d->read.pkt_addr = (uintptr_t)c->q[q].rx_buf + (size_t)slot * c->opt.buf;
	__atomic_store_n(&d->qw[1], 0, __ATOMIC_RELEASE);
}

void
vfc_rx_tail(const struct vfc *c, uint16_t q)
{
	vfc_wr(c, QRX_TAIL1(q), c->q[q].rx_tail);
}

void
vfc_rings_reset(struct vfc *c)
{
	uint16_t q, i;

	for (q = 0; q < c->nb_q; q++) {
		struct vfc_queue *v = &c->q[q];

		for (i = 0; i < c->opt.ring; i++)
			rx_post(c, q, i);
		memset(v->tx, 0, c->opt.ring * sizeof(*v->tx));
		v->rx_next = 0;
		v->tx_next = 0;
		v->tx_done = 0;
		/* Before the queue is enabled, as stock clients do. */
		v->rx_tail = c->opt.ring - 1;
		vfc_rx_tail(c, q);
	}
}

int
vfc_tx(struct vfc *c, uint16_t q, const uint8_t *data, size_t len, int tci)
{
	struct vfc_queue *v = &c->q[q];
	uint64_t cmd = ICE_MP_TXD_CMD_EOP | ICE_MP_TXD_CMD_RS;
	uint16_t slot = v->tx_next, next = (slot + 1) % c->opt.ring;
	struct ice_mp_tx_desc *d = &v->tx[slot];

	T_CHECK(len <= VFC_TX_BUF, "a frame of %zu bytes", len);
	while (next == v->tx_done) {
		T_WAIT((__atomic_load_n(&v->tx[v->tx_done].qw1, __ATOMIC_ACQUIRE) &
			ICE_MP_TXD_DTYPE_M) == ICE_MP_TXD_DTYPE_DONE, T_WAIT_MS,
		       "VF %u: Tx queue %u stands", c->vf, q);
		v->tx_done = (v->tx_done + 1) % c->opt.ring;
	}
	memcpy(v->tx_buf + (size_t)slot * VFC_TX_BUF, data, len);
	if (tci >= 0)
		cmd |= ICE_MP_TXD_CMD_IL2TAG1;
	d->addr = (uintptr_t)v->tx_buf + (size_t)slot * VFC_TX_BUF;
	d->qw1 = ICE_MP_TXD_DTYPE_DATA | cmd << ICE_MP_TXD_CMD_S |
		 (uint64_t)(RTE_ETHER_HDR_LEN / 2) << ICE_MP_TXD_MACLEN_S |
		 (uint64_t)len << ICE_MP_TXD_BUF_SZ_S |
		 (tci >= 0 ? (uint64_t)tci << ICE_MP_TXD_L2TAG1_S : 0);
	v->tx_next = next;
	vfc_wr(c, QTX_TAIL1(q), next);
	return 0;
}

/* Legacy format, quad word 1. */
#define LEG_DD		(1ull << 0)
#define LEG_EOF		(1ull << 1)
#define LEG_L2TAG1	(1ull << 2)
#define LEG_RSS_S	12
#define LEG_LPBK	(1ull << 14)
#define LEG_RXE		(1ull << 19)
#define LEG_OVERSIZE	(1ull << 25)
#define LEG_LEN_S	38

static bool
rx_legacy(const union ice_mp_rx_desc *d, struct vfc_frame *f)
{
	uint64_t qw1 = d->qw[1];

	f->len = qw1 >> LEG_LEN_S & 0x3FFF;
	f->vlan = qw1 & LEG_L2TAG1;
	f->tci = d->qw[0] >> 16;
	f->hash = (qw1 >> LEG_RSS_S & 3) == 3;
	f->rss = d->qw[0] >> 32;
	f->loopback = qw1 & LEG_LPBK;
	f->error = qw1 & (LEG_RXE | LEG_OVERSIZE);
	return qw1 & LEG_EOF;
}

static bool
rx_flex(const union ice_mp_rx_desc *d, struct vfc_frame *f)
{
	uint16_t s = d->wb.status_error0;

	f->len = d->wb.pkt_len & ICE_MP_RX_PKT_LEN_M;
	f->vlan = s & ICE_MP_RX_S0_L2TAG1P;
	f->tci = d->wb.l2tag1;
	f->hash = s & ICE_MP_RX_S0_RSS_VALID;
	f->rss = (d->wb.rxdid & ICE_MP_RXDID_MAX) == ICE_MP_RXDID_COMMS_OVS ? d->wb.flex1 :
		 d->wb.flex0;
	f->loopback = s & ICE_MP_RX_S0_LPBK;
	f->error = s & ICE_MP_RX_S0_RXE;
	return s & ICE_MP_RX_S0_EOF;
}

bool
vfc_rx(struct vfc *c, uint16_t q, struct vfc_frame *f, unsigned int ms)
{
	struct vfc_queue *v = &c->q[q];
	uint64_t end = t_now_ms() + ms;
	union ice_mp_rx_desc d;
	uint16_t slot = v->rx_next;

	/* DD is bit 0 of the second quad word in every format. */
	while ((__atomic_load_n(&v->rx[slot].qw[1], __ATOMIC_ACQUIRE) & LEG_DD) == 0) {
		if (ms == 0 || t_now_ms() > end)
			return false;
		t_pause();
	}
	d = v->rx[slot];
	memset(f, 0, offsetof(struct vfc_frame, data));
	if (!(c->rxdid > ICE_MP_RXDID_LEGACY ? rx_flex(&d, f) : rx_legacy(&d, f)))
		f->error = true;
	memcpy(f->data, v->rx_buf + (size_t)slot * c->opt.buf, RTE_MIN(f->len, c->opt.buf));
	rx_post(c, q, slot);
	v->rx_next = (slot + 1) % c->opt.ring;
	v->rx_tail = slot;
	vfc_rx_tail(c, q);
	return true;
}

int
vfc_ping(uint16_t vf)
{
	static struct vfc_frame f;
	struct vfc *c = vfc_of(vf);
	uint8_t far = t_peer(vf % F.nb), buf[100], got[200];

	t_frame(buf, sizeof(buf), far, far, vf);
	memcpy(buf, c->mac, 6);
	T_TRY(t_send_bytes(far, buf, sizeof(buf)));
	T_CHECK(vfc_rx(c, 0, &f, T_WAIT_MS), "VF %u receives nothing", vf);
	T_CHECK(f.len == sizeof(buf) && memcmp(f.data, buf, sizeof(buf)) == 0,
		"VF %u receives something else", vf);
	memcpy(buf, buf + 6, 6);
	memcpy(buf + 6, c->mac, 6);
	T_TRY(vfc_tx(c, 0, buf, sizeof(buf), -1));
	T_CHECK(t_recv_bytes(far, got, sizeof(got), T_WAIT_MS) == sizeof(buf),
		"nothing comes from VF %u", vf);
	T_CHECK(memcmp(got, buf, sizeof(buf)) == 0, "VF %u sends something else", vf);
	return 0;
}
