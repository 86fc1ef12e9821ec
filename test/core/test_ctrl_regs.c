/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * BAR0: sizes, alignments, what is no register, what may not be written.
 */

#include "ctrl_env.h"

TEST(only_powers_of_two_up_to_eight)
{
	static const unsigned int bad[] = { 0, 3, 5, 6, 7, 9, 16 };
	unsigned int i;

	env_open(2);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		BREACH(ICC_BR_REG_SIZE, CHECK_EQ(rd(VF_PORT_MAP, bad[i]), 0));
		BREACH(ICC_BR_REG_SIZE, wr(VF_PORT_MAP, ~0ull, bad[i]));
	}
	CHECK_EQ(rd32(VF_PORT_MAP), 0x01000100);
}

TEST(unaligned_access_does_nothing)
{
	unsigned int i;

	env_open(2);
	wr32(PFPM_APM, 0x11223344);
	for (i = 1; i < 4; i++) {
		BREACH(ICC_BR_REG_SIZE, CHECK_EQ(rd(PFPM_APM + i, 4), 0));
		BREACH(ICC_BR_REG_SIZE, wr(PFPM_APM + i, ~0ull, 4));
		BREACH(ICC_BR_REG_SIZE, CHECK_EQ(rd(PFPM_APM + i, 8), 0));
	}
	CHECK_EQ(rd32(PFPM_APM), 0x11223344);
	BREACH(ICC_BR_REG_SIZE, CHECK_EQ(rd(VF_PORT_MAP + 1, 2), 0));
	BREACH(ICC_BR_REG_SIZE, CHECK_EQ(rd(VF_PORT_MAP + 2, 4), 0));
}

TEST(narrow_access_only_in_the_window)
{
	env_open(2);
	BREACH(ICC_BR_REG_SIZE, CHECK_EQ(rd(GLNVM_ULD, 1), 0));
	BREACH(ICC_BR_REG_SIZE, CHECK_EQ(rd(GLNVM_ULD, 2), 0));
	BREACH(ICC_BR_REG_SIZE, CHECK_EQ(rd(MP_WINDOW_SIZE, 1), 0));
	CHECK_EQ(rd(MP_WINDOW_SIZE - 1, 1), 255 % 2);
	/* In the window, too, only where bytes make sense. */
	BREACH(ICC_BR_REG_UNKNOWN, CHECK_EQ(rd(MP_CAPS, 1), 0));
	BREACH(ICC_BR_REG_UNKNOWN, CHECK_EQ(rd(PORT_STATUS(0), 2), 0));
	BREACH(ICC_BR_REG_UNKNOWN, wr(MP_ENABLE, 1, 1));
	CHECK_EQ(rd32(MP_ENABLE), 0);
}

TEST(no_register_reads_zero)
{
	static const uint32_t none[] = {
		0x030, 0x0FC, 0x104, 0x1FC, 0x300, 0x3FFFC, 0x40000, 0x80500, 0x91004,
		0x16CC58, 0x1FFFFFC, ICE_MP_BAR0_SIZE, 0xFFFFFFFC,
	};
	unsigned int i;

	env_open(8);
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		BREACH(ICC_BR_REG_UNKNOWN, CHECK_EQ(rd(none[i], 4), 0));
		BREACH(ICC_BR_REG_UNKNOWN, wr(none[i], ~0ull, 4));
		BREACH(ICC_BR_REG_UNKNOWN, CHECK_EQ(rd(none[i], 4), 0));
	}
}

TEST(other_functions_have_no_bar)
{
	env_open(1);
	BREACH(ICC_BR_REG_UNKNOWN,
	       CHECK_EQ(ice_core_reg_read(E.core, 1, MP_CAPS, 4), 0));
	BREACH(ICC_BR_REG_UNKNOWN, ice_core_reg_write(E.core, 1, MP_ENABLE, 1, 4));
	CHECK_EQ(rd32(MP_ENABLE), 0);
	BREACH(ICC_BR_REG_UNKNOWN,
	       CHECK_EQ(ice_core_reg_read(E.core, 0xFFFF, GLNVM_ULD, 4), 0));
}

TEST(eight_bytes_are_two_registers)
{
	env_open(4);
	wr(GLINT_ITR(0, 4), 0x0000012300000456ull, 8);
	CHECK_EQ(rd32(GLINT_ITR(0, 4)), 0x456);
	CHECK_EQ(rd32(GLINT_ITR(0, 5)), 0x123);
	CHECK_EQ(rd(GLINT_ITR(0, 4), 8), 0x0000012300000456ull);
	CHECK_EQ(rd(MP_CAPS, 8) >> 32, 4);
	CHECK_EQ(rd(MP_CAPS, 8) >> 16 & 0xFFFF, MP_CAPS_MAGIC);
	wr(VF_PORT_MAP + 8, 0x0001020300010203ull, 8);
	CHECK_EQ(rd(VF_PORT_MAP + 8, 8), 0x0001020300010203ull);
}

TEST(eight_bytes_at_the_edges)
{
	env_open(4);
	/* One half is a register, the other is none. */
	BREACH(ICC_BR_REG_UNKNOWN,
	       CHECK_EQ(rd(VF_PORT_MAP + 0xFC, 8), 0x03020100));
	BREACH(ICC_BR_REG_UNKNOWN, wr(VF_PORT_MAP + 0xFC, 0, 8));
	CHECK_EQ(rd32(VF_PORT_MAP + 0xFC), 0);
	BREACHES(ICC_BR_REG_UNKNOWN, 2, CHECK_EQ(rd(ICE_MP_BAR0_SIZE - 4, 8), 0));
}

TEST(wide_counters_in_one_read)
{
	env_open(4);
	FAULT("stat 2 rx_bytes=0xAB12345678");
	CHECK_EQ(rd(GLPRT_GORCL + 2 * GLPRT_STRIDE, 8), 0xAB12345678ull);
	CHECK_EQ(rd(GLPRT_GORCL + 1 * GLPRT_STRIDE, 8), 0);
	/* Forty bits, then it starts over. */
	FAULT("stat 3 tx_uc=0xFFF1000000002");
	CHECK_EQ(rd(GLPRT_UPTCL + 3 * GLPRT_STRIDE, 8), 0x1000000002ull);
}

TEST(read_only_stays_as_it_was)
{
	static const uint32_t ro[] = {
		GLGEN_RSTAT, GLNVM_ULD, PF_FUNC_RID, PFLAN_RX_QALLOC, PFLAN_TX_QALLOC, PFINT_ALLOC,
		GLNVM_FLA, GLNVM_GENS, GL_PWR_MODE_CTL, GL_MNG_FWSM, PRTDCB_GENS, PF_PCI_CIAD,
		GLPRT_GORCL, PRTRPB_RDPC, GLV_RDPC(0), QTX_COMM_HEAD(0), MP_CAPS, MP_PORT_COUNT,
		PORT_STATUS(0), PORT_STATUS(7), GLFLXP_RXDID_FLAGS(2, 0),
		GLFLXP_RXDID_FLX_WRD(0, 2), PFGEN_PORTNUM, GLQF_FD_CNT, PFQF_FD_SIZE,
	};
	unsigned int i;

	env_open(3);
	for (i = 0; i < sizeof(ro) / sizeof(ro[0]); i++) {
		uint32_t was = rd32(ro[i]);

		BREACH(ICC_BR_REG_RO, wr32(ro[i], ~was));
		CHECK_EQ(rd32(ro[i]), was);
	}
	BREACH(ICC_BR_REG_RO, wr32(PFINT_OICR, ~0u));
}

TEST(cause_registers_take_their_clearing)
{
	static const uint32_t w1c[] = {
		PFPM_WUS, GL_MDET_TX_PQM, GL_MDET_TX_TCLAN, GL_MDET_TX_TDPU, GL_MDET_RX,
		GLGEN_VFLRSTAT(0), GLGEN_VFLRSTAT(7),
	};
	unsigned int i;

	env_open(1);
	for (i = 0; i < sizeof(w1c) / sizeof(w1c[0]); i++) {
		wr32(w1c[i], ~0u);
		CHECK_EQ(rd32(w1c[i]), 0);
	}
}

TEST(plain_registers_do_not_alias)
{
	static const uint32_t reg[] = {
		GLGEN_RSTCTL, PFPM_APM, PFPM_WUFC, PFQF_FD_ENA,
		PRTMAC_HSEC_CTL_TX_PAUSE_QUANTA(0), PRTMAC_HSEC_CTL_TX_PAUSE_QUANTA(8),
		PRTMAC_HSEC_CTL_TX_PAUSE_REFRESH(0), PRTMAC_HSEC_CTL_TX_PAUSE_REFRESH(8),
		GL_MDCK_TX_TDPU, GL_PREEXT_L2_PMASK0(0), GL_PREEXT_L2_PMASK0(2),
		GL_PREEXT_L2_PMASK1(0), GL_PREEXT_L2_PMASK1(2), GLQF_HMASK(0), GLQF_HMASK(31),
		GLQF_FDMASK(0), GLQF_FDMASK(31), GLQF_HMASK_SEL(0), GLQF_HMASK_SEL(127),
		GLQF_FDMASK_SEL(0), GLQF_FDMASK_SEL(127), 0x412000, 0x413FFC, PF_PCI_CIAA,
		GLINT_CEQCTL(0), GLINT_CEQCTL(2047), GLINT_VECT2FUNC(0), GLINT_VECT2FUNC(2047),
		QRX_ITR(0), QRX_ITR(2047), GLCOMM_QTX_CNTX_DATA(0), GLCOMM_QTX_CNTX_DATA(9),
		GLCOMM_QTX_CNTX_CTL, VSIQF_HKEY(0, 0), VSIQF_HKEY(12, 767), VSIQF_HLUT(0, 0),
		VSIQF_HLUT(15, 767), VPGEN_VFRTRIG(0), VPGEN_VFRTRIG(255), VFGEN_RSTAT(0),
		VFGEN_RSTAT(255), VPLAN_TX_QBASE(0), VPLAN_RX_QBASE(255), VPINT_ALLOC(0),
		VPINT_ALLOC_PCI(255), VPINT_MBX_CTL(0), VPINT_MBX_CTL(255), PF_SB_ATQBAL,
		PF_SB_ARQT, VSIQF_HASH_CTL(0), VSIQF_HASH_CTL(767),
	};
	unsigned int i, n = sizeof(reg) / sizeof(reg[0]);

	env_open(1);
	for (i = 0; i < n; i++) {
		CHECK_EQ(rd32(reg[i]), 0);
		wr32(reg[i], 0xA5000000u | i);
	}
	for (i = 0; i < n; i++)
		CHECK_EQ(rd32(reg[i]), 0xA5000000u | i);
	env_pfr();
	for (i = 0; i < n; i++)
		CHECK_EQ(rd32(reg[i]), 0);
}

TEST(what_init_reads)
{
	env_open(2);
	CHECK_EQ(rd32(GLGEN_RSTAT), 0);
	CHECK_EQ(rd32(GLNVM_ULD) & GLNVM_ULD_DONE_M, GLNVM_ULD_DONE_M);
	CHECK_EQ(rd32(GLNVM_FLA) & GLNVM_FLA_LOCKED_M, GLNVM_FLA_LOCKED_M);
	/* 64 KiB of shadow RAM: 1 KiB << 6. */
	CHECK_EQ(rd32(GLNVM_GENS), GLNVM_GENS_NVM_PRES_M | 6u << GLNVM_GENS_SR_SIZE_S);
	CHECK_EQ(rd32(GL_PWR_MODE_CTL), 0x40000000);
	CHECK_EQ(rd32(PRTDCB_GENS), 7);
	/* 64 queues, 65 vectors. */
	CHECK_EQ(rd32(PFLAN_RX_QALLOC), 63u << PFLAN_QALLOC_LASTQ_S | PFLAN_QALLOC_VALID_M);
	CHECK_EQ(rd32(PFLAN_TX_QALLOC), 63u << PFLAN_QALLOC_LASTQ_S | PFLAN_QALLOC_VALID_M);
	CHECK_EQ(rd32(PFINT_ALLOC), 64u << PFINT_ALLOC_LAST_S | PFINT_ALLOC_VALID_M);
	CHECK_EQ(rd32(PFGEN_CTRL), 0);
	CHECK_EQ(rd32(GLGEN_RTRIG), 0);
}

TEST(queue_registers_end_with_the_queues)
{
	env_open(1);
	wr32(QINT_TQCTL(63), 5);
	CHECK_EQ(rd32(QINT_TQCTL(63)), 5);
	BREACH(ICC_BR_REG_UNKNOWN, wr32(QINT_TQCTL(64), 5));
	BREACH(ICC_BR_REG_UNKNOWN, CHECK_EQ(rd32(QINT_TQCTL(64)), 0));
	BREACH(ICC_BR_REG_UNKNOWN, wr32(QINT_RQCTL(64), 5));
	BREACH(ICC_BR_REG_UNKNOWN, wr32(QRX_CTRL(64), QRX_CTRL_QENA_REQ_M));
	BREACH(ICC_BR_REG_UNKNOWN, wr32(QRX_TAIL(2047), 1));
	BREACH(ICC_BR_REG_UNKNOWN, wr32(QTX_COMM_DBELL(16383), 1));
	BREACH(ICC_BR_REG_UNKNOWN, wr32(QRX_CONTEXT(7, 64), 1));
	BREACH(ICC_BR_REG_UNKNOWN, wr32(QRXFLXP_CNTXT(64), 1));
}

TEST(vector_registers_end_with_the_vectors)
{
	env_open(1);
	wr32(GLINT_ITR(2, 64), 7);
	CHECK_EQ(rd32(GLINT_ITR(2, 64)), 7);
	CHECK_EQ(rd32(GLINT_ITR(1, 64)), 0);
	BREACH(ICC_BR_INT_VECTOR, wr32(GLINT_ITR(2, 65), 7));
	BREACH(ICC_BR_INT_VECTOR, CHECK_EQ(rd32(GLINT_ITR(0, 65)), 0));
	BREACH(ICC_BR_INT_VECTOR, wr32(GLINT_DYN_CTL(65), ENABLE));
	BREACH(ICC_BR_INT_VECTOR, wr32(GLINT_RATE(2047), 1));
}

TEST(interval_registers)
{
	env_open(1);
	wr32(GLINT_ITR(1, 3), 0xFFFFFFFF);
	CHECK_EQ(rd32(GLINT_ITR(1, 3)), 0xFFF);
	/* The control register writes the interval of the index it names. */
	wr32(GLINT_DYN_CTL(3), 0x123u << GLINT_DYN_CTL_INTERVAL_S |
	     2u << GLINT_DYN_CTL_ITR_INDX_S);
	CHECK_EQ(rd32(GLINT_ITR(2, 3)), 0x123);
	CHECK_EQ(rd32(GLINT_ITR(1, 3)), 0xFFF);
	wr32(GLINT_DYN_CTL(3), 0x456u << GLINT_DYN_CTL_INTERVAL_S |
	     GLINT_DYN_CTL_ITR_NONE << GLINT_DYN_CTL_ITR_INDX_S);
	CHECK_EQ(rd32(GLINT_ITR(2, 3)), 0x123);
	wr32(GLINT_RATE(3), 0x47);
	CHECK_EQ(rd32(GLINT_RATE(3)), 0x47);
}

TEST(event_bit_of_causes_is_the_devices)
{
	static const uint32_t ctl[] = {
		PFINT_OICR_CTL, PFINT_FW_CTL, PFINT_MBX_CTL, PFINT_SB_CTL, QINT_TQCTL(1),
		QINT_RQCTL(1),
	};
	unsigned int i;

	env_open(1);
	/* Stock DPDK never writes it, and hears of link changes all the same. */
	CHECK_EQ(rd32(PFINT_OICR_CTL), INT_CTL_CAUSE_ENA_M);
	for (i = 0; i < sizeof(ctl) / sizeof(ctl[0]); i++) {
		wr32(ctl[i], INT_CTL_INTEVENT_M | INT_CTL_CAUSE_ENA_M | i);
		CHECK_EQ(rd32(ctl[i]), INT_CTL_CAUSE_ENA_M | i);
	}
	wr32(PFINT_OICR_ENA, ~0u);
	CHECK_EQ(rd32(PFINT_OICR_ENA), ~PFINT_OICR_INTEVENT_M);
}

TEST(rx_formats_the_device_has)
{
	unsigned int i, j;

	env_open(1);
	for (i = 0; i < 64; i++)
		for (j = 0; j < 5; j++)
			CHECK_EQ(rd32(GLFLXP_RXDID_FLAGS(i, j)), j == 0 && (i == 2 || i == 22));
}

TEST(rx_context_while_enabled)
{
	uint32_t was;

	env_open(1);
	rxq_program(3);
	was = rd32(QRX_CONTEXT(0, 3));
	wr32(QRX_CTRL(3), QRX_CTRL_QENA_REQ_M);
	CHECK_EQ(rd32(QRX_CTRL(3)), QRX_CTRL_QENA_REQ_M | QRX_CTRL_QENA_STAT_M);
	BREACH(ICC_BR_RX_CTX_LIVE, wr32(QRX_CONTEXT(0, 3), ~was));
	CHECK_EQ(rd32(QRX_CONTEXT(0, 3)), was);
	wr32(QRX_CTRL(3), 0);
	CHECK_EQ(rd32(QRX_CTRL(3)), 0);
	wr32(QRX_CONTEXT(0, 3), ~was);
	CHECK_EQ(rd32(QRX_CONTEXT(0, 3)), ~was);
}

HARNESS_MAIN
