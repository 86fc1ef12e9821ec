/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Interrupt causes, vectors and the event doorbell, as registers show them.
 */

#include "harness.h"

#define ENABLE	(GLINT_DYN_CTL_INTENA_M | GLINT_DYN_CTL_CLEARPBA_M | \
		 GLINT_DYN_CTL_ITR_NONE << GLINT_DYN_CTL_ITR_INDX_S)

/* A driver that opted in and listens to every other cause. */
static void
open_listening(unsigned int ports)
{
	env_open(ports);
	wr32(MP_ENABLE, MP_ENABLE_M);
	wr32(PFINT_OICR_ENA, 0xFFFFFFFEu);
	rd32(PFINT_OICR);
	/* The first hears of the links that came up before. */
	wr32(GLINT_DYN_CTL(0), ENABLE);
	wr32(GLINT_DYN_CTL(0), ENABLE);
	env_clear_msix();
}

TEST(fires_once_until_enabled_again)
{
	open_listening(2);
	CHECK_EQ(ice_core_inject_event(E.core, 0, EVENT_DOORBELL_LINK, 1), 0);
	CHECK_EQ(E.msix[0], 1);
	/* The vector switched itself off. */
	CHECK_EQ(rd32(GLINT_DYN_CTL(0)) & GLINT_DYN_CTL_INTENA_M, 0);
	CHECK_EQ(ice_core_inject_event(E.core, 1, EVENT_DOORBELL_LINK, 1), 0);
	CHECK_EQ(E.msix[0], 1);
	/* What came meanwhile is not forgotten, and comes once. */
	wr32(GLINT_DYN_CTL(0), ENABLE);
	CHECK_EQ(E.msix[0], 2);
	wr32(GLINT_DYN_CTL(0), ENABLE);
	CHECK_EQ(E.msix[0], 2);
	CHECK_EQ(E.msix_total, 2);
}

TEST(stays_on_without_automask)
{
	open_listening(1);
	wr32(GLINT_CTL, GLINT_CTL_DIS_AUTOMASK_M);
	CHECK_EQ(ice_core_inject_event(E.core, 0, EVENT_DOORBELL_LINK, 1), 0);
	CHECK_EQ(ice_core_inject_event(E.core, 0, EVENT_DOORBELL_RESET, 1), 0);
	CHECK_EQ(E.msix[0], 2);
}

TEST(enable_mask_leaves_the_vector_alone)
{
	open_listening(1);
	wr32(GLINT_DYN_CTL(0), GLINT_DYN_CTL_INTENA_MSK_M);
	CHECK_EQ(rd32(GLINT_DYN_CTL(0)) & GLINT_DYN_CTL_INTENA_M, 1);
	wr32(GLINT_DYN_CTL(0), 0);
	CHECK_EQ(rd32(GLINT_DYN_CTL(0)) & GLINT_DYN_CTL_INTENA_M, 0);
}

TEST(software_trigger)
{
	open_listening(1);
	wr32(GLINT_DYN_CTL(5), ENABLE | GLINT_DYN_CTL_SWINT_TRIG_M);
	CHECK_EQ(E.msix[5], 1);
	CHECK_EQ(E.msix_total, 1);
	CHECK_EQ(rd32(PFINT_OICR), 0);
	/* On the vector of the other causes it is one of them. */
	wr32(GLINT_DYN_CTL(0), GLINT_DYN_CTL_INTENA_MSK_M | GLINT_DYN_CTL_SWINT_TRIG_M);
	CHECK_EQ(E.msix[0], 1);
	CHECK(rd32(PFINT_OICR) & PFINT_OICR_SWINT_M);
}

TEST(vector_without_a_cause_is_a_breach)
{
	open_listening(1);
	E.breaches_expected = true;
	CHECK_EQ(ice_core_violations(E.core), 0);
	wr32(GLINT_DYN_CTL(7), ENABLE);
	CHECK_EQ(ice_core_violations(E.core), 1);
}

TEST(oicr_is_cleared_by_reading)
{
	uint32_t val;

	open_listening(2);
	CHECK_EQ(ice_core_inject_event(E.core, 1, EVENT_DOORBELL_LINK, 0), 0);
	val = rd32(PFINT_OICR);
	CHECK(val & PFINT_OICR_SWINT_M);
	CHECK(val & PFINT_OICR_INTEVENT_M);
	CHECK_EQ(rd32(PFINT_OICR), 0);
}

TEST(oicr_respects_its_enable)
{
	open_listening(1);
	wr32(PFINT_OICR_ENA, PFINT_OICR_LINK_STAT_CHANGE_M);
	CHECK_EQ(ice_core_inject_event(E.core, 0, EVENT_DOORBELL_LINK, 0), 0);
	CHECK_EQ(E.msix_total, 0);
	/* Latched all the same: the enable that comes too late hears of it. */
	wr32(PFINT_OICR_ENA, 0xFFFFFFFEu);
	CHECK_EQ(E.msix[0], 1);
}

TEST(doorbell_needs_the_opt_in)
{
	env_open(2);
	wr32(PFINT_OICR_ENA, 0xFFFFFFFEu);
	wr32(GLINT_DYN_CTL(0), ENABLE);
	wr32(GLINT_DYN_CTL(0), ENABLE);
	env_clear_msix();
	CHECK_EQ(ice_core_inject_event(E.core, 1, EVENT_DOORBELL_LINK, 0), 0);
	CHECK_EQ(E.msix_total, 0);
	wr32(MP_ENABLE, MP_ENABLE_M);
	CHECK_EQ(E.msix[0], 1);
}

TEST(doorbell_keeps_the_order)
{
	unsigned int i;

	open_listening(8);
	for (i = 0; i < 8; i++)
		wr32(EVENT_DOORBELL, i | (1 + i % 3) << EVENT_DOORBELL_TYPE_S |
		     (100 + i) << EVENT_DOORBELL_DATA_S);
	CHECK_EQ(rd32(MP_DOORBELL_STAT), 0xFF);
	for (i = 0; i < 8; i++)
		CHECK_EQ(rd32(EVENT_DOORBELL), i | (1 + i % 3) << EVENT_DOORBELL_TYPE_S |
			 (100 + i) << EVENT_DOORBELL_DATA_S);
	CHECK_EQ(rd32(EVENT_DOORBELL), 0);
	wr32(MP_DOORBELL_STAT, 0x0F);
	CHECK_EQ(rd32(MP_DOORBELL_STAT), 0xF0);
}

TEST(doorbell_holds_256_and_drops_the_newest)
{
	unsigned int i;

	open_listening(1);
	for (i = 0; i < EVENT_DOORBELL_DEPTH; i++)
		CHECK_EQ(ice_core_inject_event(E.core, 0, EVENT_DOORBELL_VF_MBX, i), 0);
	CHECK_EQ(ice_core_inject_event(E.core, 0, EVENT_DOORBELL_VF_MBX, 999), -1);
	for (i = 0; i < EVENT_DOORBELL_DEPTH; i++)
		CHECK_EQ(rd32(EVENT_DOORBELL) >> EVENT_DOORBELL_DATA_S, i);
	CHECK_EQ(rd32(EVENT_DOORBELL), 0);
}

TEST(doorbell_for_all_and_for_nobody)
{
	open_listening(4);
	CHECK_EQ(ice_core_inject_event(E.core, ICE_MP_LPORT_ALL, EVENT_DOORBELL_LINK, 0), 0);
	CHECK_EQ(rd32(MP_DOORBELL_STAT), 0x0F);
	wr32(MP_DOORBELL_STAT, 0x0F);
	/* The device passes on what it is told; judging is the driver's. */
	CHECK_EQ(ice_core_inject_event(E.core, 4, EVENT_DOORBELL_LINK, 0), 0);
	CHECK_EQ(rd32(MP_DOORBELL_STAT), 0);
	CHECK_EQ(rd32(EVENT_DOORBELL) & EVENT_DOORBELL_PORT_M, ICE_MP_LPORT_ALL);
	CHECK_EQ(rd32(EVENT_DOORBELL) & EVENT_DOORBELL_PORT_M, 4);
}

TEST(window_is_what_it_says)
{
	unsigned int i;

	for (i = 1; i <= 8; i++) {
		env_open(i);
		CHECK_EQ(rd32(MP_CAPS) >> MP_CAPS_MAGIC_S, MP_CAPS_MAGIC);
		CHECK_EQ(rd32(MP_PORT_COUNT), i);
		CHECK_EQ(rd32(MP_ENABLE), 0);
		CHECK_EQ(rd32(PORT_STATUS(i - 1)) & PORT_STATUS_BACKEND_M, PORT_STATUS_BACKEND_M);
		if (i < 8)
			CHECK_EQ(rd32(PORT_STATUS(i)), 0);
		CHECK_EQ(ice_core_violations(E.core), 0);
		env_close();
	}
}

TEST(vf_port_map_is_bytes)
{
	env_open(4);
	CHECK_EQ(ice_core_reg_read(E.core, 0, VF_PORT_MAP + 5, 1), 5 % 4);
	ice_core_reg_write(E.core, 0, VF_PORT_MAP + 5, 0xFA, 1);
	CHECK_EQ(ice_core_reg_read(E.core, 0, VF_PORT_MAP + 5, 1), 2);
	CHECK_EQ(rd32(VF_PORT_MAP + 4), 0x03020200u);
	CHECK_EQ(ice_core_reg_read(E.core, 0, VF_PORT_MAP + 4, 2), 0x0200);
}

TEST(opt_in_survives_pfr_only)
{
	open_listening(2);
	env_pfr();
	CHECK_EQ(rd32(MP_ENABLE), MP_ENABLE_M);
	ice_core_reset(E.core, ICE_CORE_RESET_FLR);
	CHECK_EQ(rd32(MP_ENABLE), 0);
}

TEST(reset_forgets_events)
{
	open_listening(2);
	CHECK_EQ(ice_core_inject_event(E.core, 1, EVENT_DOORBELL_LINK, 0), 0);
	env_pfr();
	CHECK_EQ(rd32(EVENT_DOORBELL), 0);
	CHECK_EQ(rd32(MP_DOORBELL_STAT), 0);
	CHECK_EQ(rd32(PFINT_OICR), 0);
}

TEST(window_is_read_only_where_it_says)
{
	open_listening(2);
	E.breaches_expected = true;
	wr32(MP_PORT_COUNT, 8);
	CHECK_EQ(rd32(MP_PORT_COUNT), 2);
	CHECK_EQ(ice_core_violations(E.core), 1);
}

HARNESS_MAIN
