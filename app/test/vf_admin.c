/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file Frames, VFs and what is known of them, for the tests of administration. */

#include "vf_admin.h"

#define LEN	VFA_LEN

struct vfa_api vfa;

static const struct rte_ether_addr nobody = { { 0x02, 0x99, 0x99, 0x99, 0x99, 0x99 } };

static uint8_t out[T_MAX_FRAME], got[T_MAX_FRAME];
static struct vfc_frame in;

void
vfa_frame(uint8_t *buf, size_t len, const void *dst, const void *src, uint32_t seq)
{
	t_frame(buf, len, 0, 0, seq);
	memcpy(buf, dst, RTE_ETHER_ADDR_LEN);
	memcpy(buf + RTE_ETHER_ADDR_LEN, src, RTE_ETHER_ADDR_LEN);
}

int
vfa_from_wire(struct vfc *c, const void *dst, bool comes)
{
	uint8_t from = t_peer(c->vf % F.nb);

	vfa_frame(out, LEN, dst, &nobody, 1);
	T_TRY(t_send_bytes(from, out, LEN));
	if (comes) {
		T_CHECK(vfc_rx(c, 0, &in, T_WAIT_MS), "VF %u receives nothing", c->vf);
		T_EQ(in.len, LEN);
		T_CHECK(memcmp(in.data, out, LEN) == 0, "VF %u: a frame that differs", c->vf);
		return 0;
	}
	vfa_frame(out, LEN, c->mac, &nobody, 2);
	T_TRY(t_send_bytes(from, out, LEN));
	T_CHECK(vfc_rx(c, 0, &in, T_WAIT_MS), "VF %u does not receive its own", c->vf);
	T_CHECK(memcmp(in.data, out, LEN) == 0, "VF %u receives what is not for it", c->vf);
	return 0;
}

int
vfa_to_wire(struct vfc *c, const void *src, bool goes)
{
	uint8_t at = t_peer(c->vf % F.nb);
	struct rte_ether_addr far;
	size_t len;

	rte_eth_macaddr_get(F.id[at], &far);
	vfa_frame(out, LEN, &far, src, 3);
	T_TRY(vfc_tx(c, 0, out, LEN, -1));
	if (!goes) {
		vfa_frame(out, LEN, &far, c->mac, 4);
		T_TRY(vfc_tx(c, 0, out, LEN, -1));
	}
	len = t_recv_bytes(at, got, sizeof(got), T_WAIT_MS);
	T_EQ(len, LEN);
	T_CHECK(memcmp(got, out, LEN) == 0, "VF %u: %s", c->vf,
		goes ? "a frame that differs" : "a frame goes out that must not");
	return 0;
}

int
vfa_all_up(uint16_t nb)
{
	uint16_t vf;

	T_TRY(t_up_all(NULL));
	T_TRY(vfc_begin(nb, NULL));
	for (vf = 0; vf < nb; vf++) {
		T_TRY(vfc_up(vfc_of(vf)));
		T_TRY(vfc_wait_link(vfc_of(vf), true));
	}
	return 0;
}

int
vfa_comes_again(struct vfc *c)
{
	T_WAIT(!vfc_alive(c), T_WAIT_MS, "VF %u was not reset", c->vf);
	return vfc_again(c);
}

int
vfa_info_is(uint16_t vf, const struct rte_pmd_ice_mp_vf_info *want)
{
	struct rte_pmd_ice_mp_vf_info now;

	T_EQ(vfa.info_get(VFA_ID(vf), vf, &now), 0);
	T_EQ(now.lport, want->lport);
	T_CHECK(rte_is_same_ether_addr(&now.admin_mac, &want->admin_mac), "VF %u: its MAC", vf);
	T_EQ(now.vlan, want->vlan);
	T_EQ(now.vlan_prio, want->vlan_prio);
	T_EQ(now.trusted, want->trusted);
	T_EQ(now.spoof_check, want->spoof_check);
	T_EQ(now.promisc, want->promisc);
	T_EQ(now.allmulti, want->allmulti);
	T_EQ(now.link, want->link);
	T_EQ(now.max_mtu, want->max_mtu);
	T_EQ(now.min_tx_mbps, want->min_tx_mbps);
	T_EQ(now.max_tx_mbps, want->max_tx_mbps);
	return 0;
}

/* A frame of the wire with a tag, or without, towards a VF. */
static int
tagged_from_wire(struct vfc *c, int tci)
{
	uint8_t from = t_peer(c->vf % F.nb);
	uint8_t frame[LEN + RTE_VLAN_HLEN];

	vfa_frame(out, LEN, c->mac, &nobody, 5);
	if (tci < 0)
		return t_send_bytes(from, out, LEN);
	memcpy(frame, out, 12);
	frame[12] = 0x81;
	frame[13] = 0x00;
	frame[14] = tci >> 8;
	frame[15] = tci & 0xFF;
	memcpy(frame + 16, out + 12, LEN - 12);
	return t_send_bytes(from, frame, sizeof(frame));
}

int
vfa_port_vlan_works(struct vfc *c)
{
	uint8_t at = t_peer(c->vf % F.nb);
	struct rte_ether_addr far;
	size_t len;

	rte_eth_macaddr_get(F.id[at], &far);
	vfa_frame(out, LEN, &far, c->mac, 6);
	T_TRY(vfc_tx(c, 0, out, LEN, -1));
	len = t_recv_bytes(at, got, sizeof(got), T_WAIT_MS);
	T_EQ(len, LEN + RTE_VLAN_HLEN);
	T_CHECK(got[12] == 0x81 && got[13] == 0x00, "no tag on the wire");
	T_EQ(got[14] << 8 | got[15], VFA_PRIO << 13 | VFA_VLAN);
	T_CHECK(memcmp(got, out, 12) == 0 && memcmp(got + 16, out + 12, LEN - 12) == 0,
		"the rest of the frame differs");
	/* Another VLAN and none are not for it; its own it sees without a tag. */
	T_TRY(tagged_from_wire(c, VFA_VLAN + 1));
	T_TRY(tagged_from_wire(c, -1));
	T_TRY(tagged_from_wire(c, 1 << 13 | VFA_VLAN));
	T_CHECK(vfc_rx(c, 0, &in, T_WAIT_MS), "VF %u does not receive its VLAN", c->vf);
	T_EQ(in.len, LEN);
	T_CHECK(!in.vlan && memcmp(in.data, out, LEN) == 0, "it sees a tag, or another frame");
	T_CHECK(!vfc_rx(c, 0, &in, 2), "it receives another VLAN");
	return 0;
}
