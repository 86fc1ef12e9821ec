/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Control queue rings: descriptors, indirect buffers, events, misuse.
 */

#include "ctrl_env.h"

#define OUTSIDE	(ENV_MEM_BASE + ENV_MEM_SIZE)

static struct ice_mp_aq_desc *
atq_slot(unsigned int i)
{
	return env_ptr(E.atq + i * sizeof(struct ice_mp_aq_desc), sizeof(struct ice_mp_aq_desc));
}

static struct ice_mp_aq_desc *
arq_slot(unsigned int i)
{
	return env_ptr(E.arq + i * sizeof(struct ice_mp_aq_desc), sizeof(struct ice_mp_aq_desc));
}

/* Post a descriptor as it is. @return the completed one's retval */
static uint16_t
post(const struct ice_mp_aq_desc *d)
{
	unsigned int at = E.atq_next;

	*atq_slot(at) = *d;
	E.atq_next = (at + 1) % ENV_AQ_LEN;
	wr32(PF_FW_ATQT, E.atq_next);
	return rd32(PF_FW_ATQH) == E.atq_next ? atq_slot(at)->retval : AQ_TIMEOUT;
}

static struct ice_mp_aq_desc
indirect(uint16_t opcode, uint64_t addr, uint16_t len, uint16_t flags)
{
	struct ice_mp_aq_desc d = aq_desc(opcode);

	d.flags = ICE_MP_AQ_FLAG_BUF | ICE_MP_AQ_FLAG_SI | flags;
	d.datalen = len;
	d.params.indirect.addr_high = (uint32_t)(addr >> 32);
	d.params.indirect.addr_low = (uint32_t)addr;
	return d;
}

/* Link events of port 0 on, with the ARQ listening. */
static void
listen(unsigned int ports)
{
	struct ice_mp_aq_desc d;
	struct ice_mp_aq_link st;
	uint8_t i;

	ctl_open(ports);
	for (i = 0; i < ports; i++) {
		d = aq_desc(ICE_MP_AQ_GET_LINK_STATUS);
		PARAMS(d, ice_mp_aqc_link_status)->lport = i;
		PARAMS(d, ice_mp_aqc_link_status)->flags = ICE_MP_AQ_LSE_ENA;
		CHECK_EQ(aq_cmd(&d, &st, sizeof(st), false), 0);
	}
}

/* One event: the link of port 0 changes. */
static void
toggle(void)
{
	ice_core_set_backend(E.core, 0, true, !(rd32(PORT_STATUS(0)) & PORT_STATUS_LINK_UP_M));
}

TEST(completion_echoes_the_command)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_VER);

	ctl_open(1);
	d.cookie_high = 0x11223344;
	d.cookie_low = 0x55667788;
	d.flags = ICE_MP_AQ_FLAG_SI | ICE_MP_AQ_FLAG_EI;
	d.retval = 99;
	CHECK_EQ(post(&d), 0);
	d = *atq_slot(0);
	CHECK_EQ(d.flags, ICE_MP_AQ_FLAG_SI | ICE_MP_AQ_FLAG_EI | ICE_MP_AQ_FLAG_DD |
		 ICE_MP_AQ_FLAG_CMP);
	CHECK_EQ(d.opcode, ICE_MP_AQ_GET_VER);
	CHECK_EQ(d.cookie_high, 0x11223344);
	CHECK_EQ(d.cookie_low, 0x55667788);
	CHECK_EQ(d.datalen, 0);
}

TEST(failed_completion_says_so)
{
	struct ice_mp_aq_desc d = aq_desc(0xBEEF);

	ctl_open(1);
	memset(d.params.raw, 0x5A, sizeof(d.params.raw));
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), ICE_MP_AQ_RC_ENOSYS);
	CHECK_EQ(d.flags, ICE_MP_AQ_FLAG_SI | ICE_MP_AQ_FLAG_DD | ICE_MP_AQ_FLAG_CMP |
		 ICE_MP_AQ_FLAG_ERR);
	CHECK_EQ(d.opcode, 0xBEEF);
	CHECK_EQ(d.params.raw[0], 0x5A);
	CHECK_EQ(d.params.raw[15], 0x5A);
	CHECK(state_has("\"cmds\":1,\"errors\":1,\"enosys\":1,\"timeouts\":0,"
			"\"last_opcode\":48879,\"last_rc\":17"));
}

TEST(ring_wraps)
{
	unsigned int i;

	ctl_open(1);
	for (i = 1; i <= 3 * ENV_AQ_LEN + 5; i++) {
		struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_VER);

		CHECK_EQ(aq_cmd(&d, NULL, 0, false), 0);
		CHECK_EQ(PARAMS(d, ice_mp_aqc_get_ver)->api_major, 1);
		CHECK_EQ(rd32(PF_FW_ATQH), i % ENV_AQ_LEN);
	}
}

TEST(several_behind_one_doorbell)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_VER);
	unsigned int i;

	ctl_open(1);
	for (i = 0; i < 6; i++) {
		*atq_slot(i) = d;
		atq_slot(i)->opcode = i == 2 ? 0xBEEF : ICE_MP_AQ_GET_VER;
	}
	wr32(PF_FW_ATQT, 5);
	CHECK_EQ(rd32(PF_FW_ATQH), 5);
	for (i = 0; i < 5; i++)
		CHECK_EQ(atq_slot(i)->retval, i == 2 ? ICE_MP_AQ_RC_ENOSYS : 0);
	CHECK_EQ(atq_slot(5)->flags, 0);
}

TEST(tail_beyond_the_ring)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_VER);

	ctl_open(1);
	*atq_slot(0) = d;
	BREACH(ICC_BR_AQ_RING, wr32(PF_FW_ATQT, ENV_AQ_LEN));
	BREACH(ICC_BR_AQ_RING, wr32(PF_FW_ATQT, 1023));
	CHECK_EQ(rd32(PF_FW_ATQT), 0);
	CHECK_EQ(rd32(PF_FW_ATQH), 0);
	CHECK_EQ(atq_slot(0)->flags, 0);
	BREACH(ICC_BR_AQ_RING, wr32(PF_FW_ARQT, ENV_AQ_LEN));
	CHECK_EQ(rd32(PF_FW_ARQT), ENV_AQ_LEN - 1);
	/* The last slot is fine. */
	wr32(PF_FW_ARQT, ENV_AQ_LEN - 1);
}

TEST(tail_while_off)
{
	env_open(1);
	wr32(PF_FW_ATQT, 0);
	wr32(PF_FW_ARQT, 0);
	BREACH(ICC_BR_AQ_RING, wr32(PF_FW_ATQT, 1));
	BREACH(ICC_BR_AQ_RING, wr32(PF_FW_ARQT, 1));
	wr32(PF_FW_ATQLEN, 32);
	BREACH(ICC_BR_AQ_RING, wr32(PF_FW_ATQT, 1));
	CHECK_EQ(rd32(PF_FW_ATQT), 0);
}

TEST(head_beyond_the_ring)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_VER);

	ctl_open(1);
	wr32(PF_FW_ATQH, ENV_AQ_LEN + 3);
	BREACH(ICC_BR_AQ_RING, CHECK_EQ(post(&d), AQ_TIMEOUT));
	wr32(PF_FW_ATQH, 0);
	/* Both that wait are executed now. */
	CHECK_EQ(post(&d), 0);
	CHECK(state_has("\"cmds\":2,"));
}

TEST(length_register)
{
	env_open(1);
	BREACH(ICC_BR_AQ_RING, wr32(PF_FW_ATQLEN, CTLQ_LEN_ENABLE_M));
	wr32(PF_FW_ATQLEN, 0);
	wr32(PF_FW_ATQLEN, 0xFFFFFFFF & ~CTLQ_LEN_ENABLE_M);
	CHECK_EQ(rd32(PF_FW_ATQLEN), CTLQ_LEN_LEN_M | CTLQ_LEN_VFE_M | CTLQ_LEN_OVFL_M |
		 CTLQ_LEN_CRIT_M);
	/* Each ring has its own registers. */
	CHECK_EQ(rd32(PF_FW_ARQLEN), 0);
	CHECK_EQ(rd32(PF_MBX_ATQLEN), 0);
	wr32(PF_MBX_ARQLEN, 7);
	CHECK_EQ(rd32(PF_MBX_ARQLEN), 7);
	CHECK_EQ(rd32(PF_MBX_ATQLEN), 0);
	CHECK_EQ(rd32(PF_FW_ARQLEN), 0);
}

TEST(base_is_64_byte_aligned)
{
	env_open(1);
	wr32(PF_FW_ATQBAL, 0x1234567F);
	CHECK_EQ(rd32(PF_FW_ATQBAL), 0x12345640);
	wr32(PF_FW_ARQBAH, 0xFFFFFFFF);
	CHECK_EQ(rd32(PF_FW_ARQBAH), 0xFFFFFFFF);
	CHECK_EQ(rd32(PF_FW_ATQBAH), 0);
	wr32(PF_FW_ATQH, 0xFFFFFFFF);
	CHECK_EQ(rd32(PF_FW_ATQH), CTLQ_HT_M);
}

TEST(ring_of_one_slot_never_runs)
{
	env_open(1);
	env_ctlq_regs(PF_FW_ATQBAL, PF_FW_ATQBAH, PF_FW_ATQLEN, PF_FW_ATQH, PF_FW_ATQT,
		      env_alloc(64, 64), 1);
	wr32(PF_FW_ATQT, 0);
	BREACH(ICC_BR_AQ_RING, wr32(PF_FW_ATQT, 1));
	CHECK(state_has("\"cmds\":0,"));
}

TEST(longest_ring)
{
	struct ice_mp_aq_desc *d;
	uint64_t ring;
	unsigned int i;

	env_open(1);
	ring = env_alloc(1023 * sizeof(*d), 64);
	d = env_ptr(ring, 1023 * sizeof(*d));
	for (i = 0; i < 1023; i++)
		d[i].opcode = ICE_MP_AQ_GET_VER;
	env_ctlq_regs(PF_FW_ATQBAL, PF_FW_ATQBAH, PF_FW_ATQLEN, PF_FW_ATQH, PF_FW_ATQT, ring,
		      1023);
	wr32(PF_FW_ATQT, 1022);
	CHECK_EQ(rd32(PF_FW_ATQH), 1022);
	wr32(PF_FW_ATQT, 0);
	CHECK_EQ(rd32(PF_FW_ATQH), 0);
	CHECK_EQ(d[1022].flags & ICE_MP_AQ_FLAG_DD, ICE_MP_AQ_FLAG_DD);
	CHECK(state_has("\"cmds\":1023,"));
}

TEST(ring_outside_memory)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_VER);

	ctl_open(1);
	wr32(PF_FW_ATQBAL, (uint32_t)OUTSIDE);
	BREACH(ICC_BR_AQ_DMA, CHECK_EQ(post(&d), AQ_TIMEOUT));
	CHECK_EQ(rd32(PF_FW_ATQH), 0);
	/* The high half counts, too. */
	wr32(PF_FW_ATQBAL, (uint32_t)E.atq);
	wr32(PF_FW_ATQBAH, 1);
	BREACH(ICC_BR_AQ_DMA, wr32(PF_FW_ATQT, 1));
	wr32(PF_FW_ATQBAH, 0);
	wr32(PF_FW_ATQT, 1);
	CHECK_EQ(rd32(PF_FW_ATQH), 1);
	CHECK(state_has("\"cmds\":1,\"errors\":0,\"enosys\":0,\"timeouts\":2,"));
}

TEST(buffer_outside_memory)
{
	struct ice_mp_aq_desc d;

	ctl_open(1);
	d = indirect(ICE_MP_AQ_LIST_FUNC_CAPS, OUTSIDE, 512, 0);
	BREACH(ICC_BR_AQ_DMA, CHECK_EQ(post(&d), ICE_MP_AQ_RC_EFAULT));
	CHECK_EQ(atq_slot(0)->flags & ICE_MP_AQ_FLAG_ERR, ICE_MP_AQ_FLAG_ERR);
	d = indirect(ICE_MP_AQ_DRIVER_VER, OUTSIDE - 8, 16, ICE_MP_AQ_FLAG_RD);
	BREACH(ICC_BR_AQ_DMA, CHECK_EQ(post(&d), ICE_MP_AQ_RC_EFAULT));
	/* The end of the address space is no way around. */
	d = indirect(ICE_MP_AQ_DRIVER_VER, UINT64_MAX - 7, 16, ICE_MP_AQ_FLAG_RD);
	BREACH(ICC_BR_AQ_DMA, CHECK_EQ(post(&d), ICE_MP_AQ_RC_EFAULT));
	CHECK_EQ(rd32(PF_FW_ATQH), 3);
}

TEST(answer_that_does_not_fit_memory)
{
	struct ice_mp_aq_desc d;

	ctl_open(1);
	d = indirect(ICE_MP_AQ_LIST_FUNC_CAPS, OUTSIDE - 8, 512, 0);
	BREACH(ICC_BR_AQ_DMA, CHECK_EQ(post(&d), ICE_MP_AQ_RC_EFAULT));
	d = indirect(ICE_MP_AQ_LIST_FUNC_CAPS, OUTSIDE - 512, 512, 0);
	CHECK_EQ(post(&d), 0);
}

TEST(command_with_a_bad_buffer_is_not_executed)
{
	struct ice_mp_aq_vsi_ctx c = vsi_ctx(0, 0, 1);
	struct ice_mp_aq_desc d;

	ctl_open(1);
	memcpy(env_ptr(E.atq_buf, sizeof(c)), &c, sizeof(c));
	d = indirect(ICE_MP_AQ_ADD_VSI, OUTSIDE, sizeof(c), 0);
	PARAMS(d, ice_mp_aqc_vsi)->vsi_flags = ICE_MP_AQ_VSI_TYPE_PF;
	BREACH(ICC_BR_AQ_DMA, CHECK_EQ(post(&d), ICE_MP_AQ_RC_EFAULT));
	CHECK(state_has("\"vsis\":0,"));
	d = indirect(ICE_MP_AQ_ADD_VSI, E.atq_buf, sizeof(c), ICE_MP_AQ_FLAG_RD);
	PARAMS(d, ice_mp_aqc_vsi)->vsi_flags = ICE_MP_AQ_VSI_TYPE_PF;
	CHECK_EQ(post(&d), 0);
	CHECK(state_has("\"vsis\":1,"));
}

TEST(without_rd_nothing_is_read)
{
	struct ice_mp_aq_desc d;
	uint8_t key[ICE_MP_RSS_KEY_SIZE];
	unsigned int i;
	uint16_t v;

	ctl_open(1);
	DO(v = vsi(0, 0, 1));
	memset(env_ptr(E.atq_buf, sizeof(key)), 0x77, sizeof(key));
	d = indirect(ICE_MP_AQ_SET_RSS_KEY, E.atq_buf, sizeof(key), 0);
	PARAMS(d, ice_mp_aqc_rss)->vsi_num = v;
	CHECK_EQ(post(&d), 0);
	d = aq_desc(ICE_MP_AQ_GET_RSS_KEY);
	PARAMS(d, ice_mp_aqc_rss)->vsi_num = v;
	CHECK_EQ(aq_cmd(&d, key, sizeof(key), false), 0);
	for (i = 0; i < sizeof(key); i++)
		CHECK_EQ(key[i], 0);
}

TEST(buffer_lengths)
{
	struct ice_mp_aq_desc d;

	ctl_open(1);
	d = indirect(ICE_MP_AQ_LIST_FUNC_CAPS, E.atq_buf, 0, 0);
	BREACH(ICC_BR_AQ_DESC, CHECK_EQ(post(&d), ICE_MP_AQ_RC_EINVAL));
	d = indirect(ICE_MP_AQ_LIST_FUNC_CAPS, E.atq_buf, ICE_MP_AQ_MAX_BUF + 1,
		     ICE_MP_AQ_FLAG_LB);
	BREACH(ICC_BR_AQ_DESC, CHECK_EQ(post(&d), ICE_MP_AQ_RC_EINVAL));
	d = indirect(ICE_MP_AQ_LIST_FUNC_CAPS, E.atq_buf, ICE_MP_AQ_MAX_BUF, ICE_MP_AQ_FLAG_LB);
	CHECK_EQ(post(&d), 0);
	d = indirect(ICE_MP_AQ_LIST_FUNC_CAPS, E.atq_buf, ICE_MP_AQ_LARGE_BUF + 1, 0);
	BREACH(ICC_BR_AQ_DESC, CHECK_EQ(post(&d), ICE_MP_AQ_RC_EINVAL));
	d = indirect(ICE_MP_AQ_LIST_FUNC_CAPS, E.atq_buf, ICE_MP_AQ_LARGE_BUF, 0);
	CHECK_EQ(post(&d), 0);
}

TEST(length_without_a_buffer_is_ignored)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_VER);

	ctl_open(1);
	d.datalen = 65535;
	CHECK_EQ(post(&d), 0);
	CHECK_EQ(atq_slot(0)->datalen, 0);
	/* Nor does it make a command direct that is not. */
	d.opcode = ICE_MP_AQ_LIST_FUNC_CAPS;
	BREACH(ICC_BR_AQ_DESC, CHECK_EQ(post(&d), ICE_MP_AQ_RC_EINVAL));
}

TEST(buffer_shorter_than_the_command_needs)
{
	static const struct { uint16_t op, min; } need[] = {
		{ ICE_MP_AQ_ADD_VSI, 128 }, { ICE_MP_AQ_GET_VSI, 128 },
		{ ICE_MP_AQ_UPDATE_VSI, 128 }, { ICE_MP_AQ_GET_PHY_CAPS, 560 },
		{ ICE_MP_AQ_SET_PHY_CFG, 24 }, { ICE_MP_AQ_GET_LINK_STATUS, 32 },
		{ ICE_MP_AQ_GET_DFLT_TOPO, 224 }, { ICE_MP_AQ_QUERY_SCHED_RES, 320 },
		{ ICE_MP_AQ_ADD_SCHED_ELEMS, 32 }, { ICE_MP_AQ_ADD_TXQS, 56 },
		{ ICE_MP_AQ_SET_RSS_KEY, 52 }, { ICE_MP_AQ_GET_PKG_INFO, 44 },
		{ ICE_MP_AQ_ADD_SW_RULES, 8 }, { ICE_MP_AQ_GET_SW_CFG, 6 },
	};
	struct ice_mp_aq_desc d;
	unsigned int i;

	ctl_open(1);
	for (i = 0; i < sizeof(need) / sizeof(need[0]); i++) {
		d = indirect(need[i].op, E.atq_buf, need[i].min - 1,
			     ICE_MP_AQ_FLAG_RD | ICE_MP_AQ_FLAG_LB);
		BREACH(ICC_BR_AQ_DESC, CHECK_EQ(post(&d), ICE_MP_AQ_RC_EINVAL));
	}
}

TEST(flags_that_are_the_devices)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_VER);

	ctl_open(1);
	d.flags = ICE_MP_AQ_FLAG_DD;
	BREACH(ICC_BR_AQ_DESC, CHECK_EQ(post(&d), 0));
	d.flags = ICE_MP_AQ_FLAG_CMP;
	BREACH(ICC_BR_AQ_DESC, CHECK_EQ(post(&d), 0));
	d.flags = ICE_MP_AQ_FLAG_ERR;
	BREACH(ICC_BR_AQ_DESC, CHECK_EQ(post(&d), 0));
	/* Success is not an error because the driver said so. */
	CHECK_EQ(atq_slot(2)->flags & ICE_MP_AQ_FLAG_ERR, 0);
}

/* Every opcode there is: what is not in the list is not implemented, and
 * nothing is fatal. */
TEST(unknown_opcodes)
{
	static const uint16_t known[] = {
		0x0001, 0x0002, 0x0003, 0x0008, 0x0009, 0x000A, 0x000B, 0x0107, 0x0108, 0x0110,
		0x0200, 0x0203, 0x0208, 0x0209, 0x020A, 0x020D, 0x0210, 0x0211, 0x0212, 0x0213,
		0x0292, 0x02A0, 0x02A1, 0x02A2, 0x02A4, 0x0303, 0x0400, 0x0401, 0x0403, 0x0404,
		0x0408, 0x0409, 0x040A, 0x040E, 0x040F, 0x0410, 0x0411, 0x0412, 0x0415, 0x0600,
		0x0601, 0x0603, 0x0605,
		0x0607, 0x0613, 0x0620, 0x06E9, 0x06EA, 0x06EB, 0x06EE, 0x0701, 0x0706,
		0x0709, 0x0A05, 0x0A06,
		0x0A08, 0x0B02, 0x0B03, 0x0B04, 0x0B05, 0x0C30, 0x0C31, 0x0C40, 0x0C42, 0x0C43,
	};
	unsigned int op, k = 0;

	ctl_open(2);
	for (op = 0; op <= 0xFFFF; op++) {
		struct ice_mp_aq_desc d = aq_desc((uint16_t)op);
		uint16_t rc = aq_cmd(&d, NULL, 0, false);
		bool is_known = k < sizeof(known) / sizeof(known[0]) && known[k] == op;

		k += is_known;
		CHECK(rc != AQ_TIMEOUT);
		if ((rc == ICE_MP_AQ_RC_ENOSYS) == is_known) {
			test_fail(__FILE__, __LINE__, "0x%04x: %u", op, rc);
			return;
		}
	}
	icc_check_clear(E.core);
}

TEST(completion_interrupt)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_VER);

	ctl_open(1);
	wr32(PFINT_FW_CTL, INT_CTL_CAUSE_ENA_M | 4);
	wr32(GLINT_DYN_CTL(4), ENABLE);
	CHECK_EQ(post(&d), 0);
	CHECK_EQ(E.msix[4], 1);
	wr32(GLINT_DYN_CTL(4), ENABLE);
	d.flags = ICE_MP_AQ_FLAG_SI;
	CHECK_EQ(post(&d), 0);
	CHECK_EQ(E.msix[4], 1);
	wr32(PFINT_FW_CTL, 4);
	d.flags = 0;
	CHECK_EQ(post(&d), 0);
	CHECK_EQ(E.msix[4], 1);
}

TEST(mailbox_without_vfs)
{
	struct ice_mp_aq_desc *d;
	uint64_t ring;

	env_open(1);
	ring = env_alloc(16 * sizeof(*d), 64);
	d = env_ptr(ring, 16 * sizeof(*d));
	env_ctlq_regs(PF_MBX_ATQBAL, PF_MBX_ATQBAH, PF_MBX_ATQLEN, PF_MBX_ATQH, PF_MBX_ATQT,
		      ring, 16);
	wr32(PFINT_MBX_CTL, INT_CTL_CAUSE_ENA_M | 2);
	wr32(GLINT_DYN_CTL(2), ENABLE);
	d[0].opcode = ICE_MP_AQ_MBX_PF_TO_VF;
	d[1].opcode = ICE_MP_AQ_Q_SHUTDOWN;
	d[2].opcode = ICE_MP_AQ_GET_VER;
	wr32(PF_MBX_ATQT, 3);
	CHECK_EQ(rd32(PF_MBX_ATQH), 3);
	CHECK_EQ(d[0].retval, ICE_MP_AQ_RC_ENOENT);
	CHECK_EQ(d[1].retval, 0);
	CHECK_EQ(d[2].retval, ICE_MP_AQ_RC_ENOSYS);
	CHECK_EQ(E.msix[2], 1);
	/* The AdminQ's own book is not touched. */
	CHECK(state_has("\"cmds\":0,\"errors\":0,"));
}

TEST(event_in_the_posted_buffer)
{
	struct ice_mp_aq_link st;
	struct ice_mp_aq_desc *d;

	DO(listen(2));
	wr32(PFINT_FW_CTL, INT_CTL_CAUSE_ENA_M | 6);
	wr32(GLINT_DYN_CTL(6), ENABLE);
	ice_core_set_backend(E.core, 1, true, false);
	CHECK_EQ(E.msix[6], 1);
	CHECK_EQ(rd32(PF_FW_ARQH), 1);
	d = arq_slot(0);
	CHECK_EQ(d->flags, ICE_MP_AQ_FLAG_DD | ICE_MP_AQ_FLAG_CMP | ICE_MP_AQ_FLAG_BUF);
	CHECK_EQ(d->opcode, ICE_MP_AQ_GET_LINK_STATUS);
	CHECK_EQ(d->datalen, sizeof(st));
	CHECK_EQ(d->retval, 0);
	CHECK_EQ(d->params.raw[0], 1);
	CHECK_EQ(d->params.indirect.addr_low, (uint32_t)E.arq_buf);
	memcpy(&st, env_ptr(E.arq_buf, sizeof(st)), sizeof(st));
	CHECK_EQ(st.link_info, ICE_MP_AQ_LINK_MEDIA);
}

TEST(events_wrap)
{
	struct ice_mp_aq_desc d;
	unsigned int i;

	DO(listen(1));
	for (i = 1; i <= 3 * ENV_AQ_LEN; i++) {
		toggle();
		CHECK_EQ(rd32(PF_FW_ARQH), i % ENV_AQ_LEN);
		CHECK(arq_event(&d, NULL, 0));
		CHECK(!arq_event(&d, NULL, 0));
	}
	CHECK(state_has("\"arq_dropped\":0}"));
}

TEST(events_beyond_the_ring_are_counted)
{
	struct ice_mp_aq_desc d;
	unsigned int i;

	DO(listen(1));
	for (i = 0; i < ENV_AQ_LEN + 4; i++)
		toggle();
	CHECK_EQ(rd32(PF_FW_ARQH), ENV_AQ_LEN - 1);
	CHECK(state_has("\"arq_dropped\":5}"));
	/* With room again they come again. */
	CHECK(arq_event(&d, NULL, 0));
	toggle();
	CHECK_EQ(rd32(PF_FW_ARQH), 0);
	CHECK(state_has("\"arq_dropped\":5}"));
}

TEST(event_buffer_misuse)
{
	DO(listen(1));
	arq_slot(0)->datalen = sizeof(struct ice_mp_aq_link) - 1;
	BREACH(ICC_BR_AQ_DESC, toggle());
	arq_slot(0)->datalen = ENV_AQ_BUF;
	arq_slot(0)->flags = 0;
	BREACH(ICC_BR_AQ_DESC, toggle());
	arq_slot(0)->flags = ICE_MP_AQ_FLAG_BUF;
	arq_slot(0)->params.indirect.addr_high = 0x80000000;
	BREACH(ICC_BR_AQ_DMA, toggle());
	CHECK_EQ(rd32(PF_FW_ARQH), 0);
	arq_slot(0)->params.indirect.addr_high = 0;
	toggle();
	CHECK_EQ(rd32(PF_FW_ARQH), 1);
}

TEST(event_ring_misuse)
{
	DO(listen(1));
	wr32(PF_FW_ARQH, ENV_AQ_LEN);
	BREACH(ICC_BR_AQ_RING, toggle());
	wr32(PF_FW_ARQH, 0);
	wr32(PF_FW_ARQBAL, (uint32_t)OUTSIDE);
	BREACH(ICC_BR_AQ_DMA, toggle());
	/* Off: nobody wants events. */
	wr32(PF_FW_ARQLEN, 0);
	toggle();
	CHECK_EQ(rd32(PF_FW_ARQH), 0);
	CHECK(state_has("\"arq_dropped\":0}"));
}

HARNESS_MAIN
