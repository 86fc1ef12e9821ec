/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * VFs: registers, resets, and the mailbox between them and the PF.
 */

#include "vf_env.h"

/* ---- registers ---- */

TEST(vfs_come_and_go)
{
	vf_open(2, 4);
	/* Those that come are no news, and as the PF left them. */
	CHECK_EQ(rd32(GLGEN_VFLRSTAT(0)), 0);
	CHECK_EQ(rd32(PFINT_OICR) & PFINT_OICR_VFLR_M, 0);
	vwr(3, VFINT_STAT_CTL01, 7);
	CHECK_EQ(vrd(3, VFINT_STAT_CTL01), 7);
	ice_core_set_vfs(E.core, 2);
	/* Those that stay hear nothing of it. */
	CHECK_EQ(rd32(GLGEN_VFLRSTAT(0)), 0xC);
	CHECK(rd32(PFINT_OICR) & PFINT_OICR_VFLR_M);
	wr32(GLGEN_VFLRSTAT(0), 0x4);
	CHECK_EQ(rd32(GLGEN_VFLRSTAT(0)), 0x8);
	wr32(GLGEN_VFLRSTAT(0), 0x8);
	CHECK_EQ(vrd(3, VFINT_STAT_CTL01), 0);
	vwr(3, VFINT_STAT_CTL01, 7);
	wr32(VFGEN_RSTAT(3), VFGEN_RSTAT_VFACTIVE);
	ice_core_set_vfs(E.core, 4);
	CHECK_EQ(rd32(GLGEN_VFLRSTAT(0)), 0);
	CHECK_EQ(rd32(PFINT_OICR) & PFINT_OICR_VFLR_M, 0);
	CHECK_EQ(vrd(3, VFINT_STAT_CTL01), 0);
	CHECK_EQ(vrd(3, VF_VFGEN_RSTAT), VFGEN_RSTAT_VFACTIVE);
	/* No more than there are. */
	ice_core_set_vfs(E.core, 400);
	BREACH(ICC_BR_REG_UNKNOWN, vrd(4, VFINT_STAT_CTL01));
}

TEST(all_256_have_registers_of_their_own)
{
	unsigned int i;

	vf_open(8, 256);
	for (i = 0; i < 256; i++) {
		wr32(VFGEN_RSTAT(i), i % 3);
		wr32(VPINT_ALLOC(i), 0x1000 + i);
		wr32(VPLAN_RX_QBASE(i), 0x100 + i);
		wr32(VPLAN_TX_QBASE(i), 0x200 + i);
		vwr(i, VF_ATQBAL1, 0x40 * i);
		vwr(i, VF_ARQBAH1, i);
	}
	for (i = 0; i < 256; i++) {
		CHECK_EQ(vrd(i, VF_VFGEN_RSTAT), i % 3);
		CHECK_EQ(rd32(VFGEN_RSTAT(i)), i % 3);
		CHECK_EQ(rd32(VPINT_ALLOC(i)), 0x1000 + i);
		CHECK_EQ(rd32(VPLAN_RX_QBASE(i)), 0x100 + i);
		CHECK_EQ(rd32(VPLAN_TX_QBASE(i)), 0x200 + i);
		CHECK_EQ(rd32(VF_MBX_ATQBAL(i)), 0x40 * i);
		CHECK_EQ(rd32(VF_MBX_ARQBAH(i)), i);
	}
	ice_core_set_vfs(E.core, 225);
	CHECK_EQ(rd32(GLGEN_VFLRSTAT(6)), 0);
	CHECK_EQ(rd32(GLGEN_VFLRSTAT(7)), 0xFFFFFFFE);
}

TEST(accesses_that_are_none)
{
	vf_open(1, 2);
	VF_BREACH(1, vrd(1, 0x5004));
	VF_BREACH(1, vwr(1, 0x9000, 1));
	VF_BREACH(1, vwr(1, VF_VFGEN_RSTAT, 2));
	VF_BREACH(1, ice_core_reg_read(E.core, ICE_CORE_FN_VF(1), VFINT_ICR01, 2));
	VF_BREACH(1, ice_core_reg_read(E.core, ICE_CORE_FN_VF(1), VFINT_ICR01 + 2, 4));
	VF_BREACH(1, ice_core_reg_write(E.core, ICE_CORE_FN_VF(1), ICE_MP_VF_BAR0_SIZE - 4, 1, 8));
	VF_BREACH(1, ice_core_reg_read(E.core, ICE_CORE_FN_VF(1), 0xFFFFFFFC, 4));
	BREACH(ICC_BR_REG_RO, wr32(VPGEN_VFRSTAT(0), 1));
	CHECK_EQ(vrd(1, VF_VFGEN_RSTAT), 0);
}

TEST(capabilities_tell_of_vfs)
{
	static const uint16_t ops[] = { ICE_MP_AQ_LIST_FUNC_CAPS, ICE_MP_AQ_LIST_DEV_CAPS };
	struct ice_mp_aq_cap caps[64];
	unsigned int i, k, vfs, sriov;

	vf_open(1, 3);
	for (k = 0; k < 2; k++) {
		struct ice_mp_aq_desc d = aq_desc(ops[k]);

		memset(caps, 0, sizeof(caps));
		CHECK_EQ(aq_cmd(&d, caps, sizeof(caps), false), 0);
		for (i = 0, vfs = 0, sriov = 0; i < 64; i++) {
			sriov += caps[i].cap == ICE_MP_CAP_SRIOV && caps[i].number == 1;
			vfs += caps[i].cap == ICE_MP_CAP_VF ? caps[i].number : 0;
		}
		CHECK_EQ(vfs, 3);
		CHECK_EQ(sriov, 1);
	}
}

/* ---- resets ---- */

/* A VF in service, with a message posted and one received. */
static void
serve(unsigned int vf)
{
	pf_grant(vf);
	vf_mbx_up(vf);
	vf_listen(vf);
}

static void
check_off(unsigned int vf, bool off)
{
	CHECK_EQ(!(vrd(vf, VF_ARQLEN1) & CTLQ_LEN_ENABLE_M), off);
	CHECK_EQ(!(vrd(vf, VF_ATQLEN1) & CTLQ_LEN_ENABLE_M), off);
	CHECK_EQ(vrd(vf, VF_VFGEN_RSTAT), off ? 0 : VFGEN_RSTAT_VFACTIVE);
	CHECK_EQ(vrd(vf, VFINT_ICR0_ENA1), off ? 0 : VFINT_ICR0_ENA1_ADMINQ_M);
}

TEST(reset_by_the_pf)
{
	vf_open(1, 3);
	pf_mbx_up();
	DO(serve(0); serve(1); serve(2));
	wr32(GLGEN_VFLRSTAT(0), 7);
	rd32(PFINT_OICR);
	wr32(VPGEN_VFRTRIG(1), VPGEN_VFRTRIG_VFSWR_M);
	CHECK_EQ(rd32(VPGEN_VFRSTAT(1)), VPGEN_VFRSTAT_VFRD_M);
	CHECK_EQ(rd32(VPGEN_VFRTRIG(1)), VPGEN_VFRTRIG_VFSWR_M);
	DO(check_off(0, false); check_off(1, true); check_off(2, false));
	/* The PF need not be told of what it did. */
	CHECK_EQ(rd32(GLGEN_VFLRSTAT(0)), 0);
	CHECK_EQ(rd32(PFINT_OICR) & PFINT_OICR_VFLR_M, 0);
	wr32(VPGEN_VFRTRIG(1), 0);
	wr32(VFGEN_RSTAT(1), VFGEN_RSTAT_VFACTIVE);
	CHECK_EQ(vrd(1, VF_VFGEN_RSTAT), VFGEN_RSTAT_VFACTIVE);
}

TEST(reset_of_the_function)
{
	vf_open(1, 40);
	pf_mbx_up();
	DO(serve(33); serve(34));
	wr32(GLGEN_VFLRSTAT(0), ~0u);
	wr32(GLGEN_VFLRSTAT(1), ~0u);
	rd32(PFINT_OICR);
	wr32(PFINT_OICR_ENA, PFINT_OICR_VFLR_M);
	wr32(GLINT_DYN_CTL(0), ENABLE);
	ice_core_vf_reset(E.core, 33);
	DO(check_off(33, true); check_off(34, false));
	CHECK_EQ(rd32(GLGEN_VFLRSTAT(0)), 0);
	CHECK_EQ(rd32(GLGEN_VFLRSTAT(1)), 2);
	CHECK_EQ(E.msix[0], 1);
	CHECK(rd32(PFINT_OICR) & PFINT_OICR_VFLR_M);
	/* One that does not exist has nothing to reset. */
	ice_core_set_vfs(E.core, 34);
	wr32(GLGEN_VFLRSTAT(1), ~0u);
	ice_core_vf_reset(E.core, 39);
	ice_core_vf_reset(E.core, 300);
	CHECK_EQ(rd32(GLGEN_VFLRSTAT(1)), 0);
}

TEST(every_reset_of_the_pf_resets_vfs)
{
	static const enum ice_core_reset kind[] = {
		ICE_CORE_RESET_PFR, ICE_CORE_RESET_FLR, ICE_CORE_RESET_CORER,
		ICE_CORE_RESET_GLOBR, ICE_CORE_RESET_EMPR,
	};
	unsigned int i;

	vf_open(1, 2);
	for (i = 0; i < 5; i++) {
		DO(serve(1));
		CHECK_EQ(rd32(VPINT_MBX_CTL(1)), INT_CTL_CAUSE_ENA_M);
		ice_core_reset(E.core, kind[i]);
		DO(check_off(1, true));
		env_advance(1000000000);
		DO(check_off(1, true));
		CHECK_EQ(rd32(VPINT_MBX_CTL(1)), 0);
		CHECK_EQ(rd32(VPLAN_RX_QBASE(1)), 0);
		CHECK_EQ(rd32(VPLAN_TXQ_MAPENA(1)), 0);
		CHECK_EQ(rd32(VPINT_ALLOC(1)), 0);
	}
}

/* The VF has not heard of its reset yet, and then it has. */
TEST(a_vf_may_be_unaware_of_its_reset)
{
	vf_open(1, 2);
	DO(serve(0); serve(1));
	wr32(VPGEN_VFRTRIG(0), 1);
	vwr(0, VF_ATQT1, 3);
	vwr(0, QTX_TAIL1(0), 3);
	CHECK_EQ(ice_core_violations(E.core), 0);
	vf_mbx_up(0);
	VF_BREACH(0, vwr(0, VF_ATQT1, 1023));
	VF_BREACH(1, vwr(1, VF_ATQT1, 1023));
}

/* ---- mailbox ---- */

TEST(message_to_the_pf)
{
	struct ice_mp_aq_desc d, *slot;
	char buf[64];

	vf_open(1, 9);
	wr32(PFINT_MBX_CTL, INT_CTL_CAUSE_ENA_M | 3);
	wr32(GLINT_DYN_CTL(3), ENABLE);
	pf_mbx_up();
	DO(serve(7));
	slot = vf_send(7, 12, "what it says", 13);
	CHECK_EQ(slot->flags & 7, ICE_MP_AQ_FLAG_DD | ICE_MP_AQ_FLAG_CMP);
	CHECK_EQ(slot->retval, 0);
	CHECK_EQ(vrd(7, VF_ATQH1), 1);
	CHECK_EQ(E.msix[3], 1);
	CHECK(pf_recv(&d, buf, sizeof(buf), true));
	CHECK_EQ(d.opcode, ICE_MP_AQ_MBX_VF_TO_PF);
	CHECK_EQ(d.retval, 7);
	CHECK_EQ(d.flags & ICE_MP_AQ_FLAG_ERR, 0);
	CHECK(d.flags & ICE_MP_AQ_FLAG_VFE);
	CHECK(d.flags & ICE_MP_AQ_FLAG_BUF);
	CHECK_EQ(d.datalen, 13);
	CHECK_EQ(d.cookie_high, 12);
	CHECK_EQ(d.cookie_low, ~12u);
	CHECK(memcmp(buf, "what it says", 13) == 0);
	/* One without data. */
	vf_send(7, 2, NULL, 0);
	CHECK(pf_recv(&d, NULL, 0, true));
	CHECK_EQ(d.datalen, 0);
	CHECK_EQ(d.cookie_high, 2);
	CHECK(!pf_recv(&d, NULL, 0, true));
	CHECK(state_has("\"vf\":7,\"rstat\":2,\"rxqs\":0,\"txqs\":0,"
			"\"to_pf\":2,\"to_pf_lost\":0,"));
}

TEST(message_to_a_vf)
{
	struct ice_mp_aq_desc d;
	char buf[16];

	vf_open(1, 9);
	pf_mbx_up();
	DO(serve(5); serve(6));
	CHECK_EQ(pf_send(6, 17, 0xFFFFFFFB, "link is up", 11), 0);
	CHECK(!vf_recv(5, &d, NULL, 0));
	CHECK_EQ(E.vf[5].msix[0], 0);
	CHECK_EQ(E.vf[6].msix[0], 1);
	CHECK_EQ(vrd(5, VFINT_ICR01), 0);
	CHECK_EQ(vrd(6, VFINT_ICR01), VFINT_ICR01_ADMINQ_M | VFINT_ICR01_INTEVENT_M);
	CHECK_EQ(vrd(6, VFINT_ICR01), 0);
	CHECK(vf_recv(6, &d, buf, 11));
	CHECK_EQ(d.opcode, ICE_MP_AQ_MBX_PF_TO_VF);
	CHECK_EQ(d.cookie_high, 17);
	CHECK_EQ(d.cookie_low, 0xFFFFFFFB);
	CHECK_EQ(d.datalen, 11);
	CHECK(memcmp(buf, "link is up", 11) == 0);
	CHECK_EQ(E.msix_total, 0);
	/* Vector 0 has masked itself; the message is still told. */
	CHECK_EQ(pf_send(6, 18, 0, NULL, 0), 0);
	CHECK_EQ(E.vf[6].msix[0], 1);
	vwr(6, VFINT_DYN_CTL01, ENABLE);
	CHECK_EQ(E.vf[6].msix[0], 2);
}

/* Nobody answers for a VF that is not listening, and the PF is not to blame. */
TEST(messages_to_nobody)
{
	struct ice_mp_aq_desc d;
	unsigned int i;

	vf_open(1, 4);
	pf_mbx_up();
	pf_grant(1);
	CHECK_EQ(pf_send(1, 1, 0, "x", 2), 0);
	vf_mbx_up(1);
	CHECK(!vf_recv(1, &d, NULL, 0));
	for (i = 0; i < VF_RING + 4; i++)
		CHECK_EQ(pf_send(1, 100 + i, 0, NULL, 0), 0);
	CHECK(vrd(1, VF_ARQLEN1) & CTLQ_LEN_OVFL_M);
	for (i = 0; i < VF_RING - 1; i++) {
		CHECK(vf_recv(1, &d, NULL, 0));
		CHECK_EQ(d.cookie_high, 100 + i);
	}
	CHECK(!vf_recv(1, &d, NULL, 0));
	CHECK(state_has("\"from_pf\":31,\"from_pf_lost\":6,"));
	/* A VF that the device does not have. */
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(pf_send(4, 1, 0, NULL, 0), ICE_MP_AQ_RC_ENOENT));
	BREACH(ICC_BR_AQ_PARAM,
	       CHECK_EQ(pf_send(0x10001, 1, 0, NULL, 0), ICE_MP_AQ_RC_ENOENT));
}

TEST(silence_without_a_pf_driver)
{
	struct ice_mp_aq_desc *slot, d;

	vf_open(1, 1);
	vf_mbx_up(0);
	slot = vf_send(0, 1, "hello", 6);
	CHECK_EQ(slot->flags & 7, ICE_MP_AQ_FLAG_DD | ICE_MP_AQ_FLAG_CMP);
	CHECK_EQ(vrd(0, VF_ATQH1), 1);
	CHECK(state_has("\"to_pf\":0,\"to_pf_lost\":1,"));
	/* It is not delivered to one that comes later. */
	pf_mbx_up();
	CHECK(!pf_recv(&d, NULL, 0, true));
}

/* The PF's ring full: VFs wait in their own, take turns, and lose nothing. */
TEST(back_pressure_is_fair)
{
	unsigned int i, vf, got[4] = { 0 }, next[4] = { 0 };
	struct ice_mp_aq_desc d;

	vf_open(1, 4);
	pf_mbx_up();
	for (vf = 0; vf < 4; vf++)
		DO(serve(vf));
	/* Two flood, the others have one message. */
	for (i = 0; i < VF_RING - 1; i++) {
		vf_send(0, i, NULL, 0);
		vf_send(1, i, NULL, 0);
	}
	vf_send(2, 0, NULL, 0);
	for (i = 0; i < VF_RING - 1; i++) {
		vf_put(0, 31 + i, NULL, 0);
		vf_put(1, 31 + i, NULL, 0);
	}
	/* 63 slots are taken: 31 + 31 + 1. */
	vwr(0, VF_ATQT1, V[0].atq_next);
	vwr(1, VF_ATQT1, V[1].atq_next);
	vf_send(3, 0, NULL, 0);
	CHECK_EQ(vrd(2, VF_ATQH1), 1);
	CHECK_EQ(vrd(3, VF_ATQH1), 0);
	CHECK_EQ(vrd(0, VF_ATQH1), 31);
	/* As soon as there is room each VF has its turn. */
	for (i = 0; i < 124 + 2; i++) {
		CHECK(pf_recv(&d, NULL, 0, true));
		CHECK(d.retval < 4);
		if (d.retval == 3)
			CHECK(i <= 65);
		CHECK_EQ(d.cookie_high, next[d.retval]++);
		got[d.retval]++;
		if (i >= 63)
			CHECK(got[0] <= got[1] + 1 && got[1] <= got[0] + 1);
	}
	CHECK(!pf_recv(&d, NULL, 0, true));
	CHECK_EQ(got[0], 62);
	CHECK_EQ(got[1], 62);
	CHECK_EQ(got[2], 1);
	CHECK_EQ(got[3], 1);
}

/* Messages that wait end with whoever would have got or sent them. */
TEST(waiting_messages_end_with_resets)
{
	struct ice_mp_aq_desc d;
	unsigned int i;

	vf_open(1, 3);
	pf_mbx_up();
	DO(serve(0); serve(1); serve(2));
	for (i = 0; i < 31; i++) {
		vf_send(0, i, NULL, 0);
		vf_send(1, i, NULL, 0);
	}
	vf_send(2, 77, NULL, 0);
	vf_send(2, 78, NULL, 0);
	CHECK_EQ(vrd(2, VF_ATQH1), 1);
	wr32(VPGEN_VFRTRIG(2), 1);
	for (i = 0; i < 63; i++)
		CHECK(pf_recv(&d, NULL, 0, true));
	CHECK_EQ(d.cookie_high, 77);
	CHECK(!pf_recv(&d, NULL, 0, true));
	/* The PF shuts down while VFs wait: they see silence, not a hang. */
	for (i = 0; i < 33; i++) {
		vf_send(0, i, NULL, 0);
		vf_send(1, i, NULL, 0);
	}
	CHECK(vrd(1, VF_ATQH1) != V[1].atq_next);
	wr32(PF_MBX_ARQLEN, 0);
	CHECK_EQ(vrd(0, VF_ATQH1), V[0].atq_next);
	CHECK_EQ(vrd(1, VF_ATQH1), V[1].atq_next);
}

TEST(other_opcodes_of_a_vf)
{
	struct ice_mp_aq_desc *slot, d;

	vf_open(1, 1);
	pf_mbx_up();
	DO(serve(0));
	slot = vf_put(0, 0, NULL, 0);
	slot->opcode = ICE_MP_AQ_Q_SHUTDOWN;
	vwr(0, VF_ATQT1, 1);
	CHECK_EQ(slot->retval, 0);
	CHECK_EQ(slot->flags & 7, ICE_MP_AQ_FLAG_DD | ICE_MP_AQ_FLAG_CMP);
	/* Neither the AdminQ nor the PF's side of the mailbox is a VF's. */
	slot = vf_put(0, 0, NULL, 0);
	slot->opcode = ICE_MP_AQ_MBX_PF_TO_VF;
	vwr(0, VF_ATQT1, 2);
	CHECK_EQ(slot->retval, ICE_MP_AQ_RC_ENOSYS);
	slot = vf_put(0, 0, NULL, 0);
	slot->opcode = ICE_MP_AQ_FREE_VSI;
	slot->flags &= ~ICE_MP_AQ_FLAG_SI;
	vwr(0, VF_ATQT1, 3);
	CHECK_EQ(slot->retval, ICE_MP_AQ_RC_ENOSYS);
	CHECK_EQ(slot->flags & 7,
		 ICE_MP_AQ_FLAG_DD | ICE_MP_AQ_FLAG_CMP | ICE_MP_AQ_FLAG_ERR);
	/* It did not ask for silence. */
	CHECK_EQ(E.vf[0].msix[0], 1);
	CHECK(!pf_recv(&d, NULL, 0, true));
}

TEST(hostile_mailbox)
{
	struct ice_mp_aq_desc *slot, d;
	char big[600];

	vf_open(1, 2);
	pf_mbx_up();
	DO(serve(0); serve(1));
	memset(big, 1, sizeof(big));
	/* Longer than a message can be. */
	slot = vf_put(0, 1, big, sizeof(big));
	slot->datalen = 4097;
	VF_BREACH(0, vwr(0, VF_ATQT1, 1));
	CHECK_EQ(slot->retval, ICE_MP_AQ_RC_EINVAL);
	/* A buffer of the other VF. */
	slot = vf_put(0, 1, "x", 2);
	slot->params.indirect.addr_low = (uint32_t)V[1].mem;
	VF_BREACH(0, vwr(0, VF_ATQT1, 2));
	CHECK_EQ(slot->retval, ICE_MP_AQ_RC_EFAULT);
	/* A buffer that it does not say to be one to read. */
	slot = vf_put(0, 1, "x", 2);
	slot->flags &= ~ICE_MP_AQ_FLAG_RD;
	VF_BREACH(0, vwr(0, VF_ATQT1, 3));
	CHECK_EQ(slot->retval, ICE_MP_AQ_RC_EINVAL);
	CHECK(!pf_recv(&d, NULL, 0, true));
	/* Tails and heads beyond the ring. */
	VF_BREACH(0, vwr(0, VF_ATQT1, VF_RING));
	VF_BREACH(0, vwr(0, VF_ARQT1, VF_RING));
	vwr(0, VF_ATQH1, 1000);
	VF_BREACH(0, vwr(0, VF_ATQT1, 4));
	vwr(0, VF_ATQH1, 3);
	vwr(0, VF_ATQT1, 3);
	/* A ring in the other VF's memory. */
	vwr(0, VF_ATQBAL1, (uint32_t)V[1].mem);
	vwr(0, VF_ATQBAH1, (uint32_t)(V[1].mem >> 32));
	VF_BREACH(0, vwr(0, VF_ATQT1, 4));
	/* What it is sent has nowhere to go: its loss. */
	vwr(0, VF_ARQBAL1, 0x1000);
	vwr(0, VF_ARQBAH1, 0xFFFF);
	VF_BREACH(0, CHECK_EQ(pf_send(0, 1, 0, "x", 2), 0));
	/* The neighbour's mailbox never stopped. */
	vf_send(1, 9, "y", 2);
	CHECK(pf_recv(&d, NULL, 0, true));
	CHECK_EQ(d.retval, 1);
	CHECK(!pf_recv(&d, NULL, 0, true));
}

TEST(hostile_arq_descriptors)
{
	struct ice_mp_aq_desc *d;

	vf_open(1, 1);
	pf_mbx_up();
	DO(serve(0));
	d = desc_at(V[0].arq, 0);
	d->datalen = 3;
	VF_BREACH(0, CHECK_EQ(pf_send(0, 1, 0, "four", 4), 0));
	d->datalen = VF_BUF;
	d->flags = 0;
	VF_BREACH(0, CHECK_EQ(pf_send(0, 1, 0, "four", 4), 0));
	d->flags = ICE_MP_AQ_FLAG_BUF;
	d->params.indirect.addr_low = (uint32_t)P.arq_buf;
	VF_BREACH(0, CHECK_EQ(pf_send(0, 1, 0, "four", 4), 0));
	CHECK(memcmp(env_ptr(P.arq_buf, 4), "\0\0\0\0", 4) == 0);
	CHECK(state_has("\"from_pf\":0,\"from_pf_lost\":3,"));
}

/* A flood costs the device a bounded piece of time at once. */
TEST(a_flood_is_cut_into_pieces)
{
	struct vf_drv *v = &V[0];
	unsigned int i, n = 300;

	vf_open(1, 1);
	DO(serve(0));
	v->atq = vf_alloc(0, n * sizeof(struct ice_mp_aq_desc));
	for (i = 0; i < n; i++) {
		struct ice_mp_aq_desc *d = desc_at(v->atq, i);

		d->opcode = ICE_MP_AQ_MBX_VF_TO_PF;
		d->flags = ICE_MP_AQ_FLAG_SI;
	}
	vwr(0, VF_ATQLEN1, n | CTLQ_LEN_ENABLE_M);
	vwr(0, VF_ATQBAL1, (uint32_t)v->atq);
	vwr(0, VF_ATQBAH1, (uint32_t)(v->atq >> 32));
	E.kicks = 0;
	vwr(0, VF_ATQT1, n - 1);
	CHECK(vrd(0, VF_ATQH1) < n / 4);
	CHECK_EQ(E.kicks, 1);
	env_run();
	CHECK_EQ(vrd(0, VF_ATQH1), n - 1);
}

/* ---- faults ---- */

TEST(messages_that_go_wrong)
{
	struct ice_mp_aq_desc d;

	vf_open(1, 2);
	pf_mbx_up();
	DO(serve(0); serve(1));
	FAULT("mbx to-pf lose vf=1 nth=2");
	FAULT("mbx to-vf dup");
	vf_send(0, 1, NULL, 0);
	vf_send(0, 2, NULL, 0);
	vf_send(1, 3, NULL, 0);
	vf_send(1, 4, NULL, 0);
	vf_send(1, 5, NULL, 0);
	/* To the VF the lost one looks delivered. */
	CHECK_EQ(vrd(1, VF_ATQH1), 3);
	CHECK(pf_recv(&d, NULL, 0, true) && d.cookie_high == 1);
	CHECK(pf_recv(&d, NULL, 0, true) && d.cookie_high == 2);
	CHECK(pf_recv(&d, NULL, 0, true) && d.cookie_high == 3);
	CHECK(pf_recv(&d, NULL, 0, true) && d.cookie_high == 5);
	CHECK(!pf_recv(&d, NULL, 0, true));
	CHECK_EQ(pf_send(0, 6, 0, "x", 1), 0);
	CHECK(vf_recv(0, &d, NULL, 0) && d.cookie_high == 6);
	CHECK(vf_recv(0, &d, NULL, 0) && d.cookie_high == 6);
	CHECK(!vf_recv(0, &d, NULL, 0));
	FAULT("mbx to-vf garble");
	CHECK_EQ(pf_send(0, 6, 0, "x", 1), 0);
	CHECK(vf_recv(0, &d, NULL, 0) && d.cookie_high != 6);
	CHECK(state_has("\"to_pf_armed\":0,\"to_pf_hits\":1,\"to_vf_armed\":0,\"to_vf_hits\":2,"));
}

TEST(faults_of_vfs_by_command)
{
	static const char *const bad[] = {
		"vf 2 flr", "vf 0", "vf x flr", "vf 0 flr now", "mbx to-pf", "mbx lose",
		"mbx to-pf lose vf=2", "mbx to-vf dup nth=0", "mbx to-vf error",
	};
	char out[128];
	unsigned int i;

	vf_open(1, 2);
	DO(serve(1));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(ice_core_fault(E.core, bad[i], out, sizeof(out)) != 0);
	DO(check_off(1, false));
	FAULT("vf 1 flr");
	DO(check_off(1, true));
	CHECK_EQ(rd32(GLGEN_VFLRSTAT(0)), 2);
}

/* ---- the PF's views ---- */

TEST(the_pf_can_close_a_mailbox)
{
	vf_open(1, 2);
	DO(serve(0); serve(1));
	CHECK_EQ(rd32(VF_MBX_ATQLEN(1)), VF_RING | CTLQ_LEN_ENABLE_M);
	CHECK_EQ(rd32(VF_MBX_ARQT(1)), VF_RING - 1);
	wr32(VF_MBX_ATQLEN(1), 0);
	wr32(VF_MBX_ARQLEN(1), 0);
	CHECK_EQ(vrd(1, VF_ATQLEN1), 0);
	CHECK_EQ(vrd(1, VF_ARQLEN1), 0);
	CHECK(vrd(0, VF_ATQLEN1) & CTLQ_LEN_ENABLE_M);
	BREACH(ICC_BR_REG_RO, wr32(VF_MBX_ATQT(0), 3));
	CHECK_EQ(vrd(0, VF_ATQT1), 0);
}

HARNESS_MAIN
