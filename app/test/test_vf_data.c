/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Frames of VFs: to and from the wire, the PF's port and each other, on the
 * port they belong to and nowhere else. Ports are wired in pairs, VF v is on
 * lport v mod ports.
 */

#include <errno.h>

#include "vf_client.h"

#define LEN	200

/* What is sent, and what was received of it. */
static uint8_t out[T_MAX_FRAME];
static struct vfc_frame in;

static void
pf_mac(uint8_t lport, uint8_t *mac)
{
	rte_eth_macaddr_get(F.id[lport], (struct rte_ether_addr *)mac);
}

/* A frame whose content follows from seq. */
static void
compose(const uint8_t *dst, const uint8_t *src, uint32_t seq, size_t len)
{
	t_frame(out, len, 0, 0, seq);
	memcpy(out, dst, 6);
	memcpy(out + 6, src, 6);
}

static int
same(const uint8_t *got, size_t len)
{
	T_EQ(len, LEN);
	T_CHECK(memcmp(got, out, LEN) == 0, "a frame that differs");
	return 0;
}

/* ---- who receives ---- */

/* Bits of those who may receive: lport i, then VF v. */
#define AT_PF(i)	(1ull << (i))
#define AT_VF(v)	(1ull << (8 + (v)))

/* Every PF port and the first nb VFs: exactly those of `want` get `out`, once. */
static int
delivered(uint64_t want, uint16_t nb)
{
	static uint8_t buf[T_MAX_FRAME];
	uint16_t vf;
	uint8_t i;

	for (i = 0; i < F.nb; i++) {
		if ((want & AT_PF(i)) == 0)
			continue;
		T_TRY(same(buf, t_recv_bytes(i, buf, sizeof(buf), T_WAIT_MS)));
	}
	for (vf = 0; vf < nb; vf++) {
		if ((want & AT_VF(vf)) == 0)
			continue;
		T_CHECK(vfc_rx(vfc_of(vf), 0, &in, T_WAIT_MS), "VF %u receives nothing", vf);
		T_CHECK(!in.error, "VF %u: a frame in error", vf);
		T_TRY(same(in.data, in.len));
	}
	/* Nobody else, and nobody twice: the device does all copies of a frame in one
	 * go, and a moment more. */
	for (i = 0; i < F.nb; i++)
		T_CHECK(t_recv_bytes(i, buf, sizeof(buf), i == 0 ? 2 : 0) == 0,
			"lport %u receives what it should not", i);
	for (vf = 0; vf < nb; vf++)
		T_CHECK(!vfc_rx(vfc_of(vf), 0, &in, 0), "VF %u receives what it should not", vf);
	return 0;
}

/* All ports and nb VFs up. */
static int
all_up(uint16_t nb, const struct vfc_opt *opt)
{
	uint16_t vf;

	T_TRY(t_up_all(NULL));
	T_TRY(vfc_begin(nb, opt));
	for (vf = 0; vf < nb; vf++) {
		T_TRY(vfc_up(vfc_of(vf)));
		T_TRY(vfc_wait_link(vfc_of(vf), true));
	}
	return 0;
}

/* ---- unicast ---- */

static int
unicast(bool linux_like)
{
	const struct vfc_opt opt = { .linux_like = linux_like };
	uint8_t pf[6], far[6];
	uint16_t vf, other;
	uint32_t seq = 0;

	T_TRY(all_up(8, &opt));
	for (vf = 0; vf < 8; vf++) {
		struct vfc *c = vfc_of(vf);
		uint8_t lport = vf % F.nb;

		other = (vf + F.nb) % 8;
		pf_mac(lport, pf);
		pf_mac(t_peer(lport), far);
		/* wire */
		compose(far, c->mac, seq++, LEN);
		T_TRY(vfc_tx(c, 0, out, LEN, -1));
		T_TRY(delivered(AT_PF(t_peer(lport)), 8));
		compose(c->mac, far, seq++, LEN);
		T_TRY(t_send_bytes(t_peer(lport), out, LEN));
		T_TRY(delivered(AT_VF(vf), 8));
		/* a VF behind the wire */
		compose(vfc_of(t_peer(lport))->mac, c->mac, seq++, LEN);
		T_TRY(vfc_tx(c, 0, out, LEN, -1));
		T_TRY(delivered(AT_VF(t_peer(lport)), 8));
		/* the PF's port */
		compose(pf, c->mac, seq++, LEN);
		T_TRY(vfc_tx(c, 0, out, LEN, -1));
		T_TRY(delivered(AT_PF(lport), 8));
		compose(c->mac, pf, seq++, LEN);
		T_TRY(t_send_bytes(lport, out, LEN));
		T_TRY(delivered(AT_VF(vf), 8));
		/* its neighbour on the port */
		compose(vfc_of(other)->mac, c->mac, seq++, LEN);
		T_TRY(vfc_tx(c, 0, out, LEN, -1));
		T_TRY(delivered(AT_VF(other), 8));
		/* itself: never */
		compose(c->mac, c->mac, seq++, LEN);
		T_TRY(vfc_tx(c, 0, out, LEN, -1));
		T_TRY(delivered(0, 8));
		/* somebody of the next pair of wires */
		compose(vfc_of((vf ^ 2) % F.nb)->mac, c->mac, seq++, LEN);
		T_TRY(vfc_tx(c, 0, out, LEN, -1));
		T_TRY(delivered(0, 8));
	}
	for (vf = 0; vf < 8; vf++)
		T_EQ(sim.fn_violations(T_DEV, 1 + vf), 0);
	return 0;
}

static int
unicast_flex(void)
{
	return unicast(false);
}

static int
unicast_legacy(void)
{
	return unicast(true);
}

/* Rings go round, sizes too. */
static int
flow_of(struct vfc *c, uint8_t from, unsigned int nb)
{
	static uint8_t buf[T_MAX_FRAME];
	uint8_t far[6];
	unsigned int i;

	pf_mac(from, far);
	for (i = 0; i < nb; i++) {
		size_t len = 60 + i * 7 % 1400;

		compose(c->mac, far, i, len);
		T_TRY(t_send_bytes(from, out, len));
		T_CHECK(vfc_rx(c, 0, &in, T_WAIT_MS), "VF %u: frame %u does not come", c->vf, i);
		T_EQ(in.len, len);
		T_CHECK(!in.error && memcmp(in.data, out, len) == 0, "frame %u differs", i);
		compose(far, c->mac, i, len);
		T_TRY(vfc_tx(c, 0, out, len, -1));
		T_EQ(t_recv_bytes(from, buf, sizeof(buf), T_WAIT_MS), len);
		T_CHECK(memcmp(buf, out, len) == 0, "frame %u to the wire differs", i);
	}
	return 0;
}

static int
rings_wrap(void)
{
	T_TRY(all_up(2, NULL));
	T_TRY(flow_of(vfc_of(0), 1, 300));
	return flow_of(vfc_of(1), 0, 300);
}

static int
rings_wrap_legacy(void)
{
	T_TRY(all_up(2, &(struct vfc_opt){ .linux_like = true }));
	T_TRY(flow_of(vfc_of(0), 1, 300));
	return flow_of(vfc_of(1), 0, 300);
}

/* ---- to many ---- */

static int
broadcast(void)
{
	static const uint8_t all[6] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
	uint8_t pf[6];
	uint16_t vf;

	T_TRY(all_up(8, NULL));
	for (vf = 0; vf < 8; vf++) {
		uint8_t lport = vf % F.nb, far = t_peer(lport);
		uint64_t near = AT_PF(lport) | AT_VF(lport) | AT_VF(lport + F.nb);

		/* Everybody on the port but the sender, everybody behind the wire. */
		compose(all, vfc_of(vf)->mac, vf, LEN);
		T_TRY(vfc_tx(vfc_of(vf), 0, out, LEN, -1));
		T_TRY(delivered((near & ~AT_VF(vf)) | AT_PF(far) | AT_VF(far) |
				AT_VF(far + F.nb), 8));
		/* The PF's port sends. */
		pf_mac(lport, pf);
		compose(all, pf, 100 + vf, LEN);
		T_TRY(t_send_bytes(lport, out, LEN));
		T_TRY(delivered((near & ~AT_PF(lport)) | AT_PF(far) | AT_VF(far) |
				AT_VF(far + F.nb), 8));
	}
	return 0;
}

static int
multicast(void)
{
	static const uint8_t group[6] = { 0x01, 0x00, 0x5E, 0x01, 0x02, 0x03 };
	struct vfc *c;
	uint8_t far[6];

	T_TRY(all_up(8, NULL));
	c = vfc_of(1);
	pf_mac(t_peer(1), far);
	compose(group, far, 1, LEN);
	T_TRY(t_send_bytes(t_peer(1), out, LEN));
	T_TRY(delivered(0, 8));
	/* Two of the port's three join, one leaves again. */
	T_EQ(vfc_mac(c, ICE_MP_VC_ADD_ETH_ADDR, group, ICE_MP_VC_ADDR_EXTRA), ICE_MP_VC_OK);
	T_TRY(t_send_bytes(t_peer(1), out, LEN));
	T_TRY(delivered(AT_VF(1), 8));
	T_EQ(vfc_mac(vfc_of(5), ICE_MP_VC_ADD_ETH_ADDR, group, ICE_MP_VC_ADDR_EXTRA),
	     ICE_MP_VC_OK);
	T_TRY(t_send_bytes(t_peer(1), out, LEN));
	T_TRY(delivered(AT_VF(1) | AT_VF(5), 8));
	T_EQ(vfc_mac(c, ICE_MP_VC_DEL_ETH_ADDR, group, ICE_MP_VC_ADDR_EXTRA), ICE_MP_VC_OK);
	T_TRY(t_send_bytes(t_peer(1), out, LEN));
	T_TRY(delivered(AT_VF(5), 8));
	/* From a VF, to its neighbour that joined. */
	compose(group, c->mac, 2, LEN);
	T_TRY(vfc_tx(c, 0, out, LEN, -1));
	return delivered(AT_VF(5), 8);
}

/* A second address, and without it. */
static int
extra_mac(void)
{
	static const uint8_t extra[6] = { 0x06, 0x11, 0x22, 0x33, 0x44, 0x55 };
	struct vfc *c;
	uint8_t far[6];

	T_TRY(all_up(4, NULL));
	c = vfc_of(2);
	pf_mac(t_peer(0), far);
	compose(extra, far, 1, LEN);
	T_TRY(t_send_bytes(t_peer(0), out, LEN));
	T_TRY(delivered(0, 4));
	T_EQ(vfc_mac(c, ICE_MP_VC_ADD_ETH_ADDR, extra, ICE_MP_VC_ADDR_EXTRA), ICE_MP_VC_OK);
	T_TRY(t_send_bytes(t_peer(0), out, LEN));
	T_TRY(delivered(AT_VF(2), 4));
	T_EQ(vfc_mac(c, ICE_MP_VC_DEL_ETH_ADDR, extra, ICE_MP_VC_ADDR_EXTRA), ICE_MP_VC_OK);
	T_TRY(t_send_bytes(t_peer(0), out, LEN));
	T_TRY(delivered(0, 4));
	/* Its first one is still its own. */
	compose(c->mac, far, 2, LEN);
	T_TRY(t_send_bytes(t_peer(0), out, LEN));
	return delivered(AT_VF(2), 4);
}

/* A source address that is not the VF's own: nobody receives it. */
static int
spoofed(void)
{
	static const uint8_t forged[6] = { 0x06, 0x66, 0x66, 0x66, 0x66, 0x66 };
	struct vfc *c;
	uint8_t far[6];

	T_TRY(all_up(4, NULL));
	c = vfc_of(1);
	pf_mac(t_peer(1), far);
	compose(far, forged, 1, LEN);
	T_TRY(vfc_tx(c, 0, out, LEN, -1));
	T_TRY(delivered(0, 4));
	compose(vfc_of(3)->mac, vfc_of(0)->mac, 2, LEN);
	T_TRY(vfc_tx(c, 0, out, LEN, -1));
	T_TRY(delivered(0, 4));
	compose(far, c->mac, 3, LEN);
	T_TRY(vfc_tx(c, 0, out, LEN, -1));
	return delivered(AT_PF(t_peer(1)), 4);
}

/* ---- VLAN ---- */

/* `out` with a tag behind the addresses. @return its length */
static size_t
tagged(uint8_t *buf, uint16_t tci)
{
	memcpy(buf, out, 12);
	buf[12] = 0x81;
	buf[13] = 0x00;
	buf[14] = tci >> 8;
	buf[15] = (uint8_t)tci;
	memcpy(buf + 16, out + 12, LEN - 12);
	return LEN + 4;
}

static int
vlan_id(struct vfc *c, bool add, uint16_t id)
{
	if (c->res.caps & ICE_MP_VC_CAP_VLAN_V2)
		return vfc_vlan_v2(c, add ? ICE_MP_VC_ADD_VLAN_V2 : ICE_MP_VC_DEL_VLAN_V2, id);
	return vfc_vlan(c, add ? ICE_MP_VC_ADD_VLAN : ICE_MP_VC_DEL_VLAN, id);
}

static int
vlan_strip(struct vfc *c, bool on)
{
	struct ice_mp_vc_vlan_setting s = { .vsi_id = VFC_VSI };

	if ((c->res.caps & ICE_MP_VC_CAP_VLAN_V2) == 0)
		return vfc_ask(c, on ? ICE_MP_VC_ENA_VLAN_STRIP : ICE_MP_VC_DIS_VLAN_STRIP, NULL,
			       0);
	if (c->vlan.strip.outer != ICE_MP_VC_VLAN_UNSUPPORTED)
		s.outer_ethertype = ICE_MP_VC_VLAN_8100;
	else
		s.inner_ethertype = ICE_MP_VC_VLAN_8100;
	return vfc_ask(c, on ? ICE_MP_VC_ENA_VLAN_STRIP_V2 : ICE_MP_VC_DIS_VLAN_STRIP_V2, &s,
		       sizeof(s));
}

static int
vlans(uint32_t but)
{
	struct vfc_opt opt = { .caps = VFC_CAPS_DPDK & ~but };
	uint8_t buf[LEN + 4], got[T_MAX_FRAME], far[6];
	struct vfc *c;

	T_TRY(all_up(4, &opt));
	c = vfc_of(0);
	T_CHECK((c->res.caps & (ICE_MP_VC_CAP_VLAN | ICE_MP_VC_CAP_VLAN_V2)) != 0,
		"no VLAN offload at all");
	pf_mac(1, far);
	T_EQ(vlan_strip(c, false), ICE_MP_VC_OK);
	T_EQ(vlan_id(c, true, 100), ICE_MP_VC_OK);
	compose(c->mac, far, 1, LEN);
	/* One that it asked for, with its tag. */
	T_TRY(t_send_bytes(1, buf, tagged(buf, 0x6000 | 100)));
	T_CHECK(vfc_rx(c, 0, &in, T_WAIT_MS), "VLAN 100 does not come");
	T_EQ(in.len, LEN + 4);
	T_CHECK(!in.vlan && memcmp(in.data, buf, LEN + 4) == 0, "a tagged frame differs");
	/* One that it did not ask for, and one without a tag. */
	T_TRY(t_send_bytes(1, buf, tagged(buf, 200)));
	T_TRY(t_send_bytes(1, out, LEN));
	T_TRY(delivered(AT_VF(0), 4));
	/* Stripped. */
	T_EQ(vlan_strip(c, true), ICE_MP_VC_OK);
	T_TRY(t_send_bytes(1, buf, tagged(buf, 0x6000 | 100)));
	T_CHECK(vfc_rx(c, 0, &in, T_WAIT_MS), "VLAN 100 does not come once stripped");
	T_CHECK(in.vlan && in.tci == (0x6000 | 100), "stripped: tag %d 0x%x", in.vlan, in.tci);
	T_TRY(same(in.data, in.len));
	/* Inserted on its way out. */
	compose(far, c->mac, 2, LEN);
	tagged(buf, 100);
	T_TRY(vfc_tx(c, 0, out, LEN, 100));
	T_EQ(t_recv_bytes(1, got, sizeof(got), T_WAIT_MS), LEN + 4);
	T_CHECK(memcmp(got, buf, LEN + 4) == 0, "a tag inserted wrongly");
	/* Not any more. */
	T_EQ(vlan_id(c, true, 7), ICE_MP_VC_OK);
	T_EQ(vlan_id(c, false, 100), ICE_MP_VC_OK);
	compose(c->mac, far, 3, LEN);
	T_TRY(t_send_bytes(1, buf, tagged(buf, 100)));
	T_TRY(t_send_bytes(1, out, LEN));
	T_TRY(delivered(AT_VF(0), 4));
	/* What one VF asked for is not the other's. */
	T_EQ(vlan_id(vfc_of(2), true, 300), ICE_MP_VC_OK);
	compose(c->mac, far, 4, LEN);
	T_TRY(t_send_bytes(1, buf, tagged(buf, 300)));
	T_TRY(delivered(0, 4));
	compose(vfc_of(2)->mac, far, 5, LEN);
	T_TRY(t_send_bytes(1, buf, tagged(buf, 300)));
	T_CHECK(vfc_rx(vfc_of(2), 0, &in, T_WAIT_MS), "VLAN 300 does not come");
	return 0;
}

static int
vlans_v1(void)
{
	return vlans(ICE_MP_VC_CAP_VLAN_V2);
}

static int
vlans_v2(void)
{
	return vlans(0);
}

/* ---- RSS, statistics, link ---- */

/* Each queue gets its part of many flows, and each flow stays in its queue. */
static int
rss_spread(void)
{
	enum { FLOWS = 128, Q = 4 };
	struct vfc_opt opt = { .queues = Q, .ring = 256 };
	unsigned int got[Q] = { 0 }, queue_of[FLOWS], i, turn;
	struct vfc *c;
	uint16_t q;

	T_TRY(all_up(2, &opt));
	c = vfc_of(0);
	T_EQ(c->nb_q, Q);
	for (turn = 0; turn < 2; turn++) {
		for (i = 0; i < FLOWS; i++) {
			t_ip_frame(out, LEN, 1, 0, i, i & 1, T_UDP);
			memcpy(out, c->mac, 6);
			T_TRY(t_send_bytes(1, out, LEN));
			q = 0;
			T_WAIT(vfc_rx(c, q, &in, 0) || (q = (q + 1) % Q, false), T_WAIT_MS,
			       "flow %u does not come", i);
			T_CHECK(in.hash, "flow %u has no hash", i);
			T_EQ(q, in.rss % ICE_MP_VC_RSS_LUT_SIZE % Q);
			T_TRY(same(in.data, in.len));
			got[q]++;
			T_CHECK(turn == 0 || queue_of[i] == q, "flow %u changed its queue", i);
			queue_of[i] = q;
		}
	}
	for (q = 0; q < Q; q++)
		T_CHECK(got[q] > 2 * FLOWS / Q / 3, "queue %u: %u of %u frames", q, got[q],
			2 * FLOWS);
	return 0;
}

static int
stats(void)
{
	static const uint8_t all[6] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
	struct ice_mp_vc_stats a[4], b[4];
	uint8_t far[6];
	uint16_t vf;
	int i;

	T_TRY(all_up(4, NULL));
	for (vf = 0; vf < 4; vf++)
		T_EQ(vfc_stats(vfc_of(vf), &a[vf]), ICE_MP_VC_OK);
	pf_mac(1, far);
	for (i = 0; i < 5; i++) {
		compose(far, vfc_of(0)->mac, i, LEN);
		T_TRY(vfc_tx(vfc_of(0), 0, out, LEN, -1));
		T_TRY(delivered(AT_PF(1), 4));
	}
	for (i = 0; i < 3; i++) {
		compose(vfc_of(0)->mac, far, i, LEN);
		T_TRY(t_send_bytes(1, out, LEN));
		T_TRY(delivered(AT_VF(0), 4));
	}
	/* From VF 2: to VF 0, the PF's port and both VFs behind the wire. */
	compose(all, vfc_of(2)->mac, 9, LEN);
	T_TRY(vfc_tx(vfc_of(2), 0, out, LEN, -1));
	T_TRY(delivered(AT_VF(0) | AT_PF(0) | AT_PF(1) | AT_VF(1) | AT_VF(3), 4));
	for (vf = 0; vf < 4; vf++)
		T_EQ(vfc_stats(vfc_of(vf), &b[vf]), ICE_MP_VC_OK);
	T_EQ(b[0].tx_uc - a[0].tx_uc, 5);
	T_EQ(b[0].tx_bytes - a[0].tx_bytes, 5 * LEN);
	T_EQ(b[0].rx_uc - a[0].rx_uc, 3);
	T_EQ(b[0].rx_bc - a[0].rx_bc, 1);
	/* What stock clients make of it: received bytes have the FCS, sent ones not. */
	T_EQ(b[0].rx_bytes - a[0].rx_bytes, 4 * (LEN + RTE_ETHER_CRC_LEN));
	T_EQ(b[0].tx_bc - a[0].tx_bc, 0);
	T_EQ(b[2].tx_bc - a[2].tx_bc, 1);
	T_EQ(b[2].rx_bc - a[2].rx_bc, 0);
	T_EQ(b[1].rx_bc - a[1].rx_bc, 1);
	T_EQ(b[3].rx_bc - a[3].rx_bc, 1);
	T_EQ(b[1].rx_uc + b[1].tx_uc, a[1].rx_uc + a[1].tx_uc);
	return 0;
}

/* Queue by queue, on and off: what is off sends and receives nothing. */
static int
queues_off(void)
{
	struct vfc *c;
	uint8_t far[6];

	T_TRY(all_up(2, NULL));
	c = vfc_of(0);
	pf_mac(1, far);
	T_EQ(vfc_queues(c, ICE_MP_VC_DISABLE_QUEUES, 1, 1), ICE_MP_VC_OK);
	compose(c->mac, far, 1, LEN);
	T_TRY(t_send_bytes(1, out, LEN));
	T_TRY(delivered(0, 2));
	/* The other VF is as before. */
	pf_mac(0, far);
	compose(vfc_of(1)->mac, far, 3, LEN);
	T_TRY(t_send_bytes(0, out, LEN));
	T_TRY(delivered(AT_VF(1), 2));
	pf_mac(1, far);
	/* On again, with rings from the start. */
	T_TRY(vfc_stop(c));
	T_TRY(vfc_start(c));
	compose(c->mac, far, 4, LEN);
	T_TRY(t_send_bytes(1, out, LEN));
	return delivered(AT_VF(0), 2);
}

/* 8 ports, two VFs each, every one of them with the wire. */
static int
every_port(void)
{
	uint16_t vf;

	T_TRY(all_up(16, NULL));
	for (vf = 0; vf < 16; vf++)
		T_TRY(flow_of(vfc_of(vf), t_peer(vf % F.nb), 20));
	return 0;
}

static const struct t_case cases[] = {
	{ "unicast_flex", unicast_flex, 4, T_SIM | T_WIRED, "vfs=8" },
	{ "unicast_legacy", unicast_legacy, 4, T_SIM | T_WIRED, "vfs=8" },
	{ "rings_wrap", rings_wrap, 2, T_SIM | T_WIRED, "vfs=2" },
	{ "rings_wrap_legacy", rings_wrap_legacy, 2, T_SIM | T_WIRED, "vfs=2" },
	{ "broadcast", broadcast, 4, T_SIM | T_WIRED, "vfs=8" },
	{ "multicast", multicast, 4, T_SIM | T_WIRED, "vfs=8" },
	{ "extra_mac", extra_mac, 2, T_SIM | T_WIRED, "vfs=4" },
	{ "spoofed", spoofed, 2, T_SIM | T_WIRED, "vfs=4" },
	{ "vlans_v1", vlans_v1, 2, T_SIM | T_WIRED, "vfs=4" },
	{ "vlans_v2", vlans_v2, 2, T_SIM | T_WIRED, "vfs=4" },
	{ "rss_spread", rss_spread, 2, T_SIM | T_WIRED, "vfs=2,vf_queues=4" },
	{ "stats", stats, 2, T_SIM | T_WIRED, "vfs=4" },
	{ "queues_off", queues_off, 2, T_SIM | T_WIRED, "vfs=2" },
	{ "every_port", every_port, 8, T_SIM | T_WIRED, "vfs=16" },
};

T_SUITE(vf_data, cases);
