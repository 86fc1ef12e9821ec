/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Resets: what each kind clears and keeps, and how it announces itself.
 */

#include "ctrl_env.h"

#define MS	1000000ull
#define RESET_MS	100

/* Something of everything that a reset is about. */
static void
furnish(void)
{
	static const uint8_t mac[6] = { 0x02, 0, 0, 0, 0, 9 };
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_ALLOC_RES);
	uint16_t res[4] = { ICE_MP_AQ_RES_VSI_LIST_REP, 1, 0, 0 }, v;
	union rule_buf r;

	DO(ctl_open(2));
	DO(v = vsi(1, 8, 4));
	mac_rule(&r, v, v, mac);
	CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &r, sizeof(r), 1), 0);
	PARAMS(d, ice_mp_aqc_alloc_free_res)->num_entries = 1;
	CHECK_EQ(aq_cmd(&d, res, sizeof(res), true), 0);
	CHECK_EQ(txq_add(qgroup(1), 8, v, 1), 0);
	rxq_program(8);
	wr32(QRX_CTRL(8), QRX_CTRL_QENA_REQ_M);
	CHECK(state_has("\"vsis\":1,\"rules\":1,\"lists\":1,\"nodes\":12,"
			"\"rxqs\":1,\"txqs\":1}"));
	FAULT("stat 1 rx_uc=77");
	wr(VF_PORT_MAP + 7, 0, 1);
	wr32(PFPM_APM, 5);
	wr32(QINT_RQCTL(8), INT_CTL_CAUSE_ENA_M | 3);
	wr32(GLINT_CTL, GLINT_CTL_DIS_AUTOMASK_M);
	wr32(PFINT_OICR_ENA, 0xFFFFFFFE);
	wr32(PFINT_FW_CTL, INT_CTL_CAUSE_ENA_M);
	wr32(EVENT_DOORBELL, 1 | EVENT_DOORBELL_LINK << EVENT_DOORBELL_TYPE_S);
	/* Port 1 is switched off by its driver. */
	d = aq_desc(ICE_MP_AQ_RESTART_AN);
	PARAMS(d, ice_mp_aqc_restart_an)->lport = 1;
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), 0);
	CHECK_EQ(rd32(PORT_STATUS(1)) & PORT_STATUS_LINK_UP_M, 0);
}

/* What no reset leaves. */
static void
check_bare(void)
{
	CHECK(state_has("\"vsis\":0,\"rules\":0,\"lists\":0,\"nodes\":6,"
			"\"rxqs\":0,\"txqs\":0}"));
	CHECK_EQ(rd32(PF_FW_ATQLEN), 0);
	CHECK_EQ(rd32(PF_FW_ARQLEN), 0);
	CHECK_EQ(rd32(PF_FW_ATQT), 0);
	CHECK_EQ(rd32(QRX_CTRL(8)), 0);
	CHECK_EQ(rd32(QRX_CONTEXT(0, 8)), 0);
	CHECK_EQ(rd32(QINT_RQCTL(8)), 0);
	CHECK_EQ(rd32(PFPM_APM), 0);
	CHECK_EQ(rd32(GLINT_CTL), 0);
	CHECK_EQ(rd32(PFINT_OICR_ENA), 0);
	CHECK_EQ(rd32(PFINT_FW_CTL), 0);
	CHECK_EQ(rd32(PFINT_OICR), 0);
	CHECK_EQ(rd32(PFINT_OICR_CTL), INT_CTL_CAUSE_ENA_M);
	CHECK_EQ(rd32(EVENT_DOORBELL), 0);
	CHECK_EQ(rd32(MP_DOORBELL_STAT), 0);
	CHECK_EQ(rd32(MP_PORT_COUNT), 2);
}

TEST(pfr_clears_the_function)
{
	DO(furnish());
	wr32(PFGEN_CTRL, PFGEN_CTRL_PFSWR_M);
	CHECK_EQ(rd32(PFGEN_CTRL), 0);
	DO(check_bare());
}

TEST(pfr_keeps_the_device)
{
	DO(furnish());
	env_pfr();
	CHECK_EQ(rd32(MP_ENABLE), MP_ENABLE_M);
	CHECK_EQ(rd(VF_PORT_MAP + 7, 1), 0);
	CHECK_EQ(rd32(GLPRT_UPRCL + GLPRT_STRIDE), 77);
	CHECK_EQ(rd32(GLGEN_RSTAT), 0);
	CHECK_EQ(rd32(GLNVM_ULD), GLNVM_ULD_DONE_M);
	/* Its link configuration is the PHY's, not the function's. */
	CHECK_EQ(rd32(PORT_STATUS(1)) & (PORT_STATUS_LINK_UP_M | PORT_STATUS_ADMIN_M), 0);
	CHECK_EQ(rd32(PORT_STATUS(0)) & PORT_STATUS_LINK_UP_M, PORT_STATUS_LINK_UP_M);
}

TEST(pfgen_ctrl_resets_only_with_its_bit)
{
	DO(furnish());
	wr32(PFGEN_CTRL, ~PFGEN_CTRL_PFSWR_M);
	CHECK(state_has("\"vsis\":1"));
	wr32(GLGEN_RTRIG, ~(GLGEN_RTRIG_CORER_M | GLGEN_RTRIG_GLOBR_M | GLGEN_RTRIG_EMPFWR_M));
	CHECK(state_has("\"vsis\":1"));
	CHECK_EQ(rd32(GLGEN_RSTAT), 0);
}

TEST(flr_takes_the_opt_in_back)
{
	DO(furnish());
	ice_core_reset(E.core, ICE_CORE_RESET_FLR);
	DO(check_bare());
	CHECK_EQ(rd32(MP_ENABLE), 0);
	CHECK_EQ(rd(VF_PORT_MAP + 7, 1), 1);
	CHECK_EQ(rd32(GLPRT_UPRCL + GLPRT_STRIDE), 77);
	CHECK_EQ(rd32(GLGEN_RSTAT), 0);
	CHECK_EQ(rd32(PORT_STATUS(1)) & PORT_STATUS_ADMIN_M, 0);
}

static void
globally(uint32_t trigger, bool opt_in_stays)
{
	DO(furnish());
	wr32(GLGEN_RTRIG, trigger);
	env_advance(RESET_MS * MS);
	DO(check_bare());
	CHECK_EQ(rd32(MP_ENABLE), opt_in_stays ? MP_ENABLE_M : 0);
	CHECK_EQ(rd(VF_PORT_MAP + 7, 1), 1);
	CHECK_EQ(rd32(GLPRT_UPRCL + GLPRT_STRIDE), 0);
	CHECK_EQ(rd32(PORT_STATUS(1)) & (PORT_STATUS_LINK_UP_M | PORT_STATUS_ADMIN_M),
		 PORT_STATUS_LINK_UP_M | PORT_STATUS_ADMIN_M);
}

TEST(corer_clears_counters_and_keeps_the_opt_in)
{
	globally(GLGEN_RTRIG_CORER_M, true);
}

TEST(globr_takes_the_opt_in_back)
{
	globally(GLGEN_RTRIG_GLOBR_M, false);
}

TEST(empr_takes_the_opt_in_back)
{
	globally(GLGEN_RTRIG_EMPFWR_M, false);
}

TEST(power_on_is_like_new)
{
	DO(furnish());
	wr32(GLGEN_RTRIG, GLGEN_RTRIG_CORER_M);
	ice_core_reset(E.core, ICE_CORE_RESET_POR);
	DO(check_bare());
	CHECK_EQ(rd32(GLGEN_RSTAT), 0);
	CHECK_EQ(rd32(GLNVM_ULD), GLNVM_ULD_DONE_M);
	CHECK_EQ(rd32(MP_ENABLE), 0);
	CHECK_EQ(rd32(GLPRT_UPRCL + GLPRT_STRIDE), 0);
}

/* The sequence of one kind: type, the units that go down, time. */
static void
sequence(uint32_t trigger, unsigned int type, uint32_t uld)
{
	const unsigned int cnt = GLGEN_RSTAT_CORERCNT_S + 2 * (type - 1);

	env_open(2);
	wr32(GLGEN_RTRIG, trigger);
	CHECK_EQ(rd32(GLGEN_RSTAT), 1 | type << GLGEN_RSTAT_RESET_TYPE_S | 1u << cnt);
	CHECK_EQ(rd32(GLNVM_ULD), GLNVM_ULD_DONE_M & ~uld);
	env_advance(RESET_MS * MS - 1);
	CHECK_EQ(rd32(GLGEN_RSTAT) & GLGEN_RSTAT_DEVSTATE_M, 1);
	CHECK_EQ(rd32(GLNVM_ULD), GLNVM_ULD_DONE_M & ~uld);
	CHECK(state_has("\"in_reset\":true"));
	env_advance(1);
	/* Which it was and how many there were can still be read. */
	CHECK_EQ(rd32(GLGEN_RSTAT), type << GLGEN_RSTAT_RESET_TYPE_S | 1u << cnt);
	CHECK_EQ(rd32(GLNVM_ULD), GLNVM_ULD_DONE_M);
	CHECK(state_has("\"in_reset\":false"));
}

TEST(corer_sequence)
{
	sequence(GLGEN_RTRIG_CORER_M, 1, ICE_MP_BIT(3));
}

TEST(globr_sequence)
{
	sequence(GLGEN_RTRIG_GLOBR_M, 2, ICE_MP_BIT(3) | ICE_MP_BIT(4));
}

TEST(empr_sequence)
{
	sequence(GLGEN_RTRIG_EMPFWR_M, 3,
		 ICE_MP_BIT(3) | ICE_MP_BIT(4) | ICE_MP_BIT(5) | ICE_MP_BIT(8));
}

TEST(the_largest_of_several_wins)
{
	sequence(GLGEN_RTRIG_CORER_M | GLGEN_RTRIG_GLOBR_M, 2, ICE_MP_BIT(3) | ICE_MP_BIT(4));
	env_close();
	sequence(GLGEN_RTRIG_CORER_M | GLGEN_RTRIG_GLOBR_M | GLGEN_RTRIG_EMPFWR_M, 3,
		 ICE_MP_BIT(3) | ICE_MP_BIT(4) | ICE_MP_BIT(5) | ICE_MP_BIT(8));
}

TEST(counters_count_to_three)
{
	unsigned int i;

	env_open(1);
	wr32(GLGEN_RTRIG, GLGEN_RTRIG_GLOBR_M);
	env_advance(RESET_MS * MS);
	for (i = 1; i <= 5; i++) {
		wr32(GLGEN_RTRIG, GLGEN_RTRIG_CORER_M);
		env_advance(RESET_MS * MS);
		CHECK_EQ(rd32(GLGEN_RSTAT), 1u << GLGEN_RSTAT_RESET_TYPE_S |
			 (i & 3) << GLGEN_RSTAT_CORERCNT_S | 1u << GLGEN_RSTAT_GLOBRCNT_S);
	}
}

TEST(driver_is_told)
{
	uint32_t cause;

	env_open(2);
	wr32(MP_ENABLE, MP_ENABLE_M);
	wr32(PFINT_OICR_CTL, INT_CTL_CAUSE_ENA_M | 2);
	wr32(PFINT_OICR_ENA, PFINT_OICR_GRST_M);
	rd32(PFINT_OICR);
	wr32(GLINT_DYN_CTL(2), ENABLE);
	env_clear_msix();
	ice_core_reset(E.core, ICE_CORE_RESET_GLOBR);
	CHECK_EQ(E.msix[2], 1);
	cause = rd32(PFINT_OICR);
	CHECK(cause & PFINT_OICR_GRST_M);
	CHECK(cause & PFINT_OICR_INTEVENT_M);
}

TEST(while_it_lasts_only_interrupts_are_there)
{
	ctl_open(2);
	wr32(GLGEN_RTRIG, GLGEN_RTRIG_CORER_M);
	wr32(PF_FW_ATQLEN, 32 | CTLQ_LEN_ENABLE_M);
	CHECK_EQ(rd32(PF_FW_ATQLEN), 0);
	wr32(PFPM_APM, 1);
	CHECK_EQ(rd32(PFPM_APM), 0);
	wr32(QINT_RQCTL(0), 1);
	CHECK_EQ(rd32(QINT_RQCTL(0)), 0);
	wr32(PFINT_OICR_ENA, PFINT_OICR_GRST_M);
	CHECK_EQ(rd32(PFINT_OICR_ENA), PFINT_OICR_GRST_M);
	wr32(PFINT_OICR_CTL, INT_CTL_CAUSE_ENA_M | 1);
	CHECK_EQ(rd32(PFINT_OICR_CTL), INT_CTL_CAUSE_ENA_M | 1);
	wr32(GLINT_DYN_CTL(1), ENABLE);
	/* Afterwards interrupts are as new as all the rest. */
	env_advance(RESET_MS * MS);
	CHECK_EQ(rd32(PFINT_OICR_ENA), 0);
	CHECK_EQ(rd32(GLINT_DYN_CTL(1)), 0);
	wr32(PFPM_APM, 1);
	CHECK_EQ(rd32(PFPM_APM), 1);
}

TEST(no_command_runs_meanwhile)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_VER);

	ctl_open(2);
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), 0);
	wr32(GLGEN_RTRIG, GLGEN_RTRIG_CORER_M);
	d = aq_desc(ICE_MP_AQ_GET_VER);
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), AQ_TIMEOUT);
	env_advance(RESET_MS * MS);
	aq_up();
	d = aq_desc(ICE_MP_AQ_GET_VER);
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), 0);
	CHECK(state_has("\"cmds\":2,"));
}

TEST(a_small_reset_within_a_large_one)
{
	env_open(2);
	wr32(GLGEN_RTRIG, GLGEN_RTRIG_GLOBR_M);
	env_advance(50 * MS);
	wr32(PFGEN_CTRL, PFGEN_CTRL_PFSWR_M);
	ice_core_reset(E.core, ICE_CORE_RESET_PFR);
	ice_core_reset(E.core, ICE_CORE_RESET_FLR);
	/* Neither ends it nor starts it over. */
	env_advance(50 * MS - 1);
	CHECK_EQ(rd32(GLGEN_RSTAT) & GLGEN_RSTAT_DEVSTATE_M, 1);
	env_advance(1);
	CHECK_EQ(rd32(GLGEN_RSTAT), 2u << GLGEN_RSTAT_RESET_TYPE_S | 1u << GLGEN_RSTAT_GLOBRCNT_S);
}

TEST(a_second_large_one_starts_the_clock_over)
{
	env_open(2);
	ice_core_reset(E.core, ICE_CORE_RESET_CORER);
	env_advance(60 * MS);
	ice_core_reset(E.core, ICE_CORE_RESET_GLOBR);
	env_advance(60 * MS);
	CHECK_EQ(rd32(GLGEN_RSTAT) & (GLGEN_RSTAT_DEVSTATE_M | GLGEN_RSTAT_RESET_TYPE_M),
		 1 | 2u << GLGEN_RSTAT_RESET_TYPE_S);
	env_advance(40 * MS);
	CHECK_EQ(rd32(GLGEN_RSTAT), 2u << GLGEN_RSTAT_RESET_TYPE_S |
		 1u << GLGEN_RSTAT_CORERCNT_S | 1u << GLGEN_RSTAT_GLOBRCNT_S);
}

TEST(pfr_forgets_a_command_that_is_late)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_VER);

	ctl_open(1);
	FAULT("aq late us=5000");
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), AQ_TIMEOUT);
	env_pfr();
	aq_up();
	env_advance(10 * MS);
	CHECK_EQ(rd32(PF_FW_ATQH), 0);
	d = aq_desc(ICE_MP_AQ_GET_VER);
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), 0);
	CHECK(state_has("\"cmds\":1,"));
}

TEST(pfr_does_not_mend_what_is_broken)
{
	env_open(2);
	FAULT("link 1 down");
	FAULT("fault 0 on");
	env_pfr();
	CHECK_EQ(rd32(PORT_STATUS(1)) & PORT_STATUS_LINK_UP_M, 0);
	CHECK_EQ(rd32(PORT_STATUS(0)) & PORT_STATUS_FAULT_M, PORT_STATUS_FAULT_M);
}

HARNESS_MAIN
