/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_FUZZ_CORE_VF_H_
#define _ICE_MP_FUZZ_CORE_VF_H_

/**
 * @file
 * VFs in the fuzzer of the device core: two of them with a queue pair each,
 * and two that the PF left alone. What a VF's driver does to its BAR0, its
 * rings and its messages, and what the PF does to VFs.
 */

#include "fuzz_core_aq.h"

#define FZ_VFS		4
#define FZ_LANES	2

static struct lane fz_lane[FZ_LANES];

/** VFs, once the PF's driver is up. */
static bool
vfs_up(void)
{
	unsigned int i;

	if (E.core->cfg.nb_vfs == 0)
		return true;
	memset(V, 0, sizeof(V));
	for (i = 0; i < FZ_VFS; i++) {
		V[i].mem = env_alloc(VF_MEM, 4096);
		E.vf[i].lo = V[i].mem;
		E.vf[i].hi = V[i].mem + VF_MEM;
	}
	ice_core_set_vfs(E.core, FZ_VFS);
	pf_mbx_up();
	for (i = 0; i < FZ_LANES; i++) {
		lane_up(&fz_lane[i], (int)i, 0);
		know_vsi(fz_lane[i].vsi);
		know_teid(fz_lane[i].group);
		vf_mbx_up(i);
		vf_listen(i);
	}
	return !test_failed;
}

/** They do what VFs do. */
static void
vfs_work(void)
{
	struct ice_mp_aq_desc d;
	uint8_t f[64];

	if (E.core->cfg.nb_vfs == 0)
		return;
	vf_send(1, 7, "abc", 3);
	FUZZ_CHECK(pf_recv(&d, NULL, 0, true) && d.retval == 1 && d.cookie_high == 7,
		   "a message does not arrive");
	FUZZ_CHECK(pf_send(1, 9, 0, "abc", 3) == 0, "an answer is refused");
	FUZZ_CHECK(vf_recv(1, &d, NULL, 0) && d.cookie_high == 9, "an answer does not arrive");
	frame(f, sizeof(f), fz_lane[1].mac, fz_lane[0].mac, 5);
	lane_send(&fz_lane[0], f, sizeof(f));
	FUZZ_CHECK(lane_get(&fz_lane[1]) && L.len == sizeof(f) &&
		   memcmp(L.data, f, sizeof(f)) == 0, "no frame from VF to VF");
	FUZZ_CHECK(!lane_get(&fz_lane[0]), "a frame comes back");
}

/* ---- what a VF's driver does ---- */

static const struct {
	uint32_t base, count;
} vf_regs[] = {
	{ QTX_TAIL1(0), 17 }, { QRX_TAIL1(0), 17 }, { VFINT_ITRN1(0, 0), 50 },
	{ VFINT_DYN_CTLN1(0), 17 }, { VFINT_ICR01, 1 }, { VFINT_ITR01(0), 4 },
	{ VFINT_ICR0_ENA1, 1 }, { VFINT_STAT_CTL01, 1 }, { VFINT_DYN_CTL01, 1 },
	{ VF_ARQBAH1, 1 }, { VF_ATQH1, 1 }, { VF_ATQLEN1, 1 }, { VF_ARQBAL1, 1 },
	{ VF_ARQT1, 1 }, { VF_ARQH1, 1 }, { VF_ATQBAH1, 1 }, { VF_ATQBAL1, 1 },
	{ VF_ARQLEN1, 1 }, { VF_ATQT1, 1 }, { VF_VFGEN_RSTAT, 1 },
	{ ICE_MP_VF_BAR0_SIZE - 8, 4 }, { 0xC400, 64 },
};

static void
op_vf_reg(struct fuzz_in *in)
{
	static const uint8_t sizes[4] = { 4, 8, 2, 4 };
	uint8_t how = in8(in), k = in8(in) % (sizeof(vf_regs) / sizeof(vf_regs[0]));
	uint16_t fn = ICE_CORE_FN_VF(how & 3);
	uint32_t off = vf_regs[k].base;

	if (vf_regs[k].count > 1)
		off += 4 * (in8(in) % vf_regs[k].count);
	if (how & 0x80)
		ice_core_reg_write(E.core, fn, off, in_val(in), sizes[how >> 4 & 3]);
	else
		(void)ice_core_reg_read(E.core, fn, off, sizes[how >> 4 & 3]);
}

/* Messages, sound but for what is patched. */
static void
op_vf_send(struct fuzz_in *in)
{
	static const uint8_t data[VF_BUF];
	uint8_t how = in8(in), times = 1 + (how >> 2 & 31);
	unsigned int vf = how & 1;
	struct ice_mp_aq_desc *d;

	while (times-- > 0) {
		d = vf_put(vf, in8(in), data, in8(in));
		if (how & 0x80)
			in_patch(in, d, sizeof(*d));
	}
	vwr(vf, VF_ATQT1, V[vf].atq_next);
}

static void
op_vf_recv(struct fuzz_in *in)
{
	struct ice_mp_aq_desc d;
	unsigned int vf = in8(in) & 1, n;

	for (n = 0; n < VF_RING && V[vf].arq_next < VF_RING; n++)
		if (!vf_recv(vf, &d, NULL, 0))
			break;
}

static void
op_vf_tx(struct fuzz_in *in)
{
	uint8_t how = in8(in), f[LANE_BUF], n = 1 + (how >> 2 & 7);
	struct lane *l = &fz_lane[how & 1];
	static const uint8_t bcast[6] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
	struct ice_mp_tx_desc *d;

	frame(f, sizeof(f), how & 2 ? fz_lane[~how & 1].mac : bcast, l->mac, how);
	in_patch(in, f, 20);
	while (n-- > 0) {
		d = lane_put(l, f, 60 + in8(in) % (LANE_BUF - 60));
		if (how & 0x80)
			in_patch(in, d, sizeof(*d));
		if (how & 0x40)
			d->addr = some_addr(in);
	}
	lane_bell(l, true);
}

static void
op_vf_rx_post(struct fuzz_in *in)
{
	uint8_t how = in8(in);
	struct lane *l = &fz_lane[how & 1];

	if (how & 0x80)
		*(uint64_t *)env_ptr(l->rx + l->rx_tail * 32, 8) = some_addr(in);
	lane_post(l, how >> 1 & 31);
}

/* A frame for one of them. */
static void
op_vf_wire(struct fuzz_in *in)
{
	uint8_t how = in8(in), f[LANE_BUF], n = 1 + (how >> 4);

	if (how & 2)
		tagged(f, sizeof(f), fz_lane[how & 1].mac, f, in16(in));
	else
		frame(f, sizeof(f), fz_lane[how & 1].mac, f, how);
	in_patch(in, f, 20);
	while (n-- > 0)
		(void)ice_core_rx(E.core, 0, f, 60 + (how & 0x80));
}

/* ---- what the PF does to them ---- */

static void
op_vf_pf_reg(struct fuzz_in *in)
{
	static const uint32_t regs[] = {
		VPGEN_VFRTRIG(0), VPGEN_VFRSTAT(0), VFGEN_RSTAT(0), VPLAN_TX_QBASE(0),
		VPLAN_TXQ_MAPENA(0), VPLAN_RX_QBASE(0), VPLAN_RXQ_MAPENA(0), VPINT_ALLOC(0),
		VPINT_ALLOC_PCI(0), VPINT_MBX_CTL(0), GLGEN_VFLRSTAT(0), VP_MDET_RX(0),
		VF_MBX_ATQLEN(0), VF_MBX_ARQLEN(0), VF_MBX_ATQT(0), VF_MBX_ARQH(0),
		GLINT_VECT2FUNC(VF_VECTOR(0)), GLINT_DYN_CTL(VF_VECTOR(0)),
		QINT_RQCTL(VF_QUEUE(0)), QINT_TQCTL(VF_QUEUE(0)), QRX_CTRL(VF_QUEUE(0)),
		QRX_TAIL(VF_QUEUE(0)), QTX_COMM_DBELL(VF_QUEUE(0)), QRXFLXP_CNTXT(VF_QUEUE(0)),
		QRX_CONTEXT(0, VF_QUEUE(0)), QRX_CONTEXT(2, VF_QUEUE(0)),
	};
	uint8_t how = in8(in);
	uint32_t off = regs[how % (sizeof(regs) / sizeof(regs[0]))] + 4 * (in8(in) % 24u);

	if (how & 0x80)
		wr32(off, in_val(in));
	else
		(void)rd32(off);
}

static void
op_vf_grant(struct fuzz_in *in)
{
	uint8_t how = in8(in);
	struct lane *l = &fz_lane[how & 1];

	if (how & 2)
		pf_grant(how & 1);
	if (how & 4)
		wr32(QRX_CTRL(l->q), 0);
	if (how & 8)
		(void)txq_dis(l->group, l->q);
	if (how & 16)
		lane_add_rxq(l, how & 0x80 ? in8(in) & 63 : ICE_MP_RXDID_LEGACY);
	if (how & 32)
		(void)lane_add_txq(l);
	if (how & 64)
		vf_mbx_up(how & 1);
}

static void
op_vf_life(struct fuzz_in *in)
{
	uint8_t how = in8(in);

	if (how & 0x80)
		ice_core_set_vfs(E.core, how & 7);
	else
		ice_core_vf_reset(E.core, how & 7);
}

static void
op_vf_pf_mbx(struct fuzz_in *in)
{
	uint8_t how = in8(in), n = 1 + (how >> 2 & 15);
	struct ice_mp_aq_desc d;

	/* Again and again, as long as the arena has room for its rings and buffers. */
	if ((how & 3) == 0 && E.mem_used + 2 * (PF_MBX + 2) * 4096 <= ENV_MEM_SIZE)
		pf_mbx_up();
	while (n-- > 0 && (how & 3) != 0) {
		if ((how & 3) == 1)
			(void)pf_send(in8(in) % 6u, n, 0, "abc", how & 0x80 ? 3 : 0);
		else if (P.arq_next < PF_MBX)
			(void)pf_recv(&d, NULL, 0, (how & 3) == 2);
	}
}

/* Contexts and rules of their VSIs, and limits of rates. */
static void
op_vf_switch(struct fuzz_in *in)
{
	uint8_t how = in8(in);
	const struct lane *l = &fz_lane[how & 1];
	struct ice_mp_aq_vsi_ctx c;
	struct ice_mp_aq_desc d;
	struct ice_mp_aq_rl_profile e = { .level = 6 };
	struct ice_mp_aq_elem el = { .node_teid = l->group };

	switch (how >> 1 & 3) {
	case 0:
		c = vsi_ctx(0, l->q, 1);
		c.sw_flags = in8(in);
		c.sw_flags2 = in8(in);
		c.sec_flags = in8(in);
		c.inner_vlan_flags = in8(in);
		c.port_based_inner_vlan = in16(in);
		lane_update(l, &c, in16(in) & 0x87);
		break;
	case 1:
		(void)rule_add(in8(in) & 1, in8(in) % 11, how & 0x80 ? l->vsi : 0,
			       fz_lane[how >> 6 & 1].mac, in16(in), in32(in));
		break;
	case 2:
		d = aq_desc(ICE_MP_AQ_ADD_RL_PROFILES + (how >> 6) % 2u);
		if (how & 0x20)
			d.opcode = ICE_MP_AQ_REMOVE_RL_PROFILES;
		e.flags = in8(in);
		e.id = in8(in);
		e.multiply = in16(in);
		e.encode = in8(in);
		PARAMS(d, ice_mp_aqc_rl_profiles)->num = 1;
		(void)aq_cmd(&d, &e, sizeof(e), true);
		break;
	default:
		d = aq_desc(ICE_MP_AQ_CFG_SCHED_ELEMS);
		el.data.valid_sections = ICE_MP_AQ_ELEM_VALID_EIR;
		el.data.eir.profile = in8(in);
		PARAMS(d, ice_mp_aqc_sched_elems)->num_req = 1;
		(void)aq_cmd(&d, &el, sizeof(el), true);
		break;
	}
}

static void (*const vf_ops[])(struct fuzz_in *) = {
	op_vf_reg, op_vf_send, op_vf_recv, op_vf_tx, op_vf_rx_post, op_vf_wire, op_vf_pf_reg,
	op_vf_grant, op_vf_life, op_vf_pf_mbx, op_vf_switch, op_vf_tx, op_vf_send,
};
#define NB_VF_OPS	(sizeof(vf_ops) / sizeof(vf_ops[0]))

#endif /* _ICE_MP_FUZZ_CORE_VF_H_ */
