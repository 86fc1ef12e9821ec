/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * A VF that is hostile to the device: mailbox and data rings where it may not
 * reach, descriptors and registers that make no sense, doorbells of queues
 * that are not its own, and mailboxes that are flooded or never read. It may
 * break its own contract, and nothing else.
 */

#include <errno.h>

#include "vf_hostile.h"

/* The hostile VF runs; everybody's state is remembered. */
static int
begin(void)
{
	T_TRY(vfh_up());
	T_TRY(vfc_up(vfc_of(VFH_BAD)));
	vfc_drain(vfc_of(VFH_BAD));
	return vfh_before(VFH_BAD);
}

/* ---- mailbox descriptors ---- */

static int
descriptors(void)
{
	static const struct {
		const char *what;
		struct ice_mp_aq_desc d;
		uint16_t len;
	} table[] = {
#define TO_PF(...)	{ .opcode = ICE_MP_AQ_MBX_VF_TO_PF, __VA_ARGS__ }
#define WITH_BUF	(ICE_MP_AQ_FLAG_SI | ICE_MP_AQ_FLAG_BUF | ICE_MP_AQ_FLAG_RD)
		{ "opcode 0", { .opcode = 0 }, 0 },
		{ "queue shutdown", { .opcode = 3 }, 0 },
		{ "an AdminQ command", { .opcode = 0x0210, .flags = WITH_BUF, .datalen = 128 }, 8 },
		{ "to a VF", { .opcode = ICE_MP_AQ_MBX_PF_TO_VF, .params.raw = { 2 },
			       .flags = WITH_BUF, .datalen = 8, .cookie_high = 17 }, 8 },
		{ "reserved opcode", { .opcode = 0xFFFF }, 0 },
		{ "every flag", TO_PF(.flags = 0xFFFF, .datalen = 8), 8 },
		{ "a length without a buffer", TO_PF(.flags = ICE_MP_AQ_FLAG_SI, .datalen = 64),
		  0 },
		{ "65535 bytes", TO_PF(.flags = WITH_BUF | ICE_MP_AQ_FLAG_LB, .datalen = 0xFFFF),
		  8 },
		{ "4097 bytes", TO_PF(.flags = WITH_BUF | ICE_MP_AQ_FLAG_LB, .datalen = 4097), 8 },
		{ "address 0", TO_PF(.flags = WITH_BUF, .datalen = 8), 0 },
		{ "an address of nobody", TO_PF(.flags = WITH_BUF, .datalen = 8,
			.params.indirect = { .addr_high = 0x1234, .addr_low = 0x1000 }), 0 },
		{ "the last address", TO_PF(.flags = WITH_BUF, .datalen = 8,
			.params.indirect = { .addr_high = UINT32_MAX, .addr_low = UINT32_MAX }),
		  0 },
		{ "done already", TO_PF(.flags = ICE_MP_AQ_FLAG_DD | ICE_MP_AQ_FLAG_CMP), 0 },
		{ "with a VF's number", TO_PF(.flags = ICE_MP_AQ_FLAG_SI | ICE_MP_AQ_FLAG_VFE,
					      .retval = 2, .cookie_high = 3), 0 },
	};
	struct ice_mp_aq_desc d;
	unsigned int i;
	struct vfc *c;

	T_TRY(begin());
	c = vfc_of(VFH_BAD);
	for (i = 0; i < RTE_DIM(table); i++) {
		d = table[i].d;
		d.cookie_low = i;
		T_EQ(vfc_post(c, &d, "hostile.", table[i].len), 0);
		/* What comes after is served or, if the ring stands, a reset helps. */
		if (vfc_ask(c, ICE_MP_VC_GET_VLAN_V2_CAPS, NULL, 0) == VFC_SILENCE) {
			T_EQ(sim.vf_flr(T_DEV, VFH_BAD), 0);
			T_TRY(vfc_again(c));
		}
		if (vfh_same(false) != 0)
			T_FAIL("%s", table[i].what);
	}
	return vfh_all_well();
}

/* A message in somebody else's memory is not read, an answer not written there. */
static int
foreign_memory(void)
{
	struct vfc *c, *near;
	struct ice_mp_aq_desc d = {
		.opcode = ICE_MP_AQ_MBX_VF_TO_PF, .flags = WITH_BUF, .datalen = 8,
		.cookie_high = ICE_MP_VC_VERSION,
	};
	uint8_t before[64];
	uint64_t addr;

	T_TRY(begin());
	c = vfc_of(VFH_BAD);
	near = vfc_of(VFH_NEAR);
	addr = (uintptr_t)near->q[0].rx_buf;
	memset(near->q[0].rx_buf, 0x5A, sizeof(before));
	memcpy(before, near->q[0].rx_buf, sizeof(before));
	d.params.indirect.addr_high = addr >> 32;
	d.params.indirect.addr_low = (uint32_t)addr;
	T_EQ(vfc_post(c, &d, NULL, 0), 0);
	/* The ring for answers in the neighbour's memory, then the one for questions. */
	vfc_wr(c, VF_ARQBAL1, (uint32_t)addr);
	vfc_wr(c, VF_ARQBAH1, addr >> 32);
	vfc_wr(c, VF_ARQLEN1, 16 | CTLQ_LEN_ENABLE_M);
	vfc_wr(c, VF_ARQT1, 15);
	vfc_send(c, ICE_MP_VC_GET_VLAN_V2_CAPS, NULL, 0);
	vfc_wr(c, VF_ATQBAL1, (uint32_t)addr);
	vfc_wr(c, VF_ATQBAH1, addr >> 32);
	vfc_wr(c, VF_ATQT1, 5);
	/* Enough for all of that to be looked at: others are served after it. */
	T_EQ(vfc_version(near), ICE_MP_VC_OK);
	T_TRY(vfh_same(false));
	T_CHECK(memcmp(before, near->q[0].rx_buf, sizeof(before)) == 0,
		"the neighbour's memory was written");
	T_CHECK(sim.fn_violations(T_DEV, 1 + VFH_BAD) > 0, "nobody noticed");
	return vfh_all_well();
}

/* Heads, tails and lengths beyond everything. */
static int
ring_registers(void)
{
	static const uint32_t regs[] = {
		VF_ATQT1, VF_ATQH1, VF_ARQT1, VF_ARQH1, VF_ATQLEN1, VF_ARQLEN1, VF_ATQBAH1,
		VF_ARQBAH1, VF_ATQBAL1, VF_ARQBAL1,
	};
	static const uint32_t vals[] = {
		UINT32_MAX, 0, 1, 33, 0x3FF, 0x400, CTLQ_LEN_ENABLE_M,
		CTLQ_LEN_ENABLE_M | 0x3FF, CTLQ_LEN_ENABLE_M | 1, 0x7FFFFFFF,
	};
	unsigned int i, k;
	struct vfc *c;

	T_TRY(begin());
	c = vfc_of(VFH_BAD);
	for (i = 0; i < RTE_DIM(regs); i++) {
		for (k = 0; k < RTE_DIM(vals); k++) {
			vfc_wr(c, regs[i], vals[k]);
			vfc_wr(c, VF_ATQT1, k);
		}
		T_EQ(vfc_version(vfc_of(VFH_NEAR)), ICE_MP_VC_OK);
		if (vfh_same(false) != 0)
			T_FAIL("register 0x%x", regs[i]);
		T_EQ(sim.vf_flr(T_DEV, VFH_BAD), 0);
		T_TRY(vfc_wait_active(c));
		vfc_mbx_up(c);
	}
	return vfh_all_well();
}

/* Every word of its BAR, as far as there are registers and beyond. */
static int
whole_bar(void)
{
	uint32_t reg;
	struct vfc *c;

	T_TRY(begin());
	c = vfc_of(VFH_BAD);
	vfc_mbx_down(c);
	for (reg = 0; reg < ICE_MP_VF_BAR0_SIZE; reg += 4) {
		vfc_rd(c, reg);
		vfc_wr(c, reg, UINT32_MAX);
		vfc_wr(c, reg, reg);
	}
	/* Behind it, as if the PF's registers were there. */
	for (reg = ICE_MP_VF_BAR0_SIZE; reg < ICE_MP_BAR0_SIZE; reg += 0x404) {
		vfc_rd(c, reg);
		vfc_wr(c, reg, UINT32_MAX);
	}
	vfc_wr(c, VFGEN_RSTAT(VFH_NEAR), 0);
	vfc_wr(c, VPGEN_VFRTRIG(VFH_NEAR), VPGEN_VFRTRIG_VFSWR_M);
	vfc_wr(c, PFGEN_CTRL, PFGEN_CTRL_PFSWR_M);
	T_EQ(vfc_version(vfc_of(VFH_NEAR)), ICE_MP_VC_OK);
	T_TRY(vfh_same(false));
	return vfh_all_well();
}

/* ---- data rings ---- */

/* It has two queues; VPLAN ends there. */
static int
doorbells(void)
{
	uint16_t q, n;
	struct vfc *c;

	T_TRY(begin());
	c = vfc_of(VFH_BAD);
	for (q = 2; q < ICE_MP_VF_MAX_QPS; q++) {
		for (n = 0; n < 70; n++) {
			vfc_wr(c, QTX_TAIL1(q), n);
			vfc_wr(c, QRX_TAIL1(q), n);
		}
		vfc_wr(c, QTX_TAIL1(q), UINT32_MAX);
		vfc_wr(c, QRX_TAIL1(q), UINT32_MAX);
	}
	T_TRY(vfh_same(true));
	/* Its own, beyond the ring. */
	vfc_wr(c, QTX_TAIL1(0), 64);
	vfc_wr(c, QTX_TAIL1(1), 0x1FFF);
	vfc_wr(c, QRX_TAIL1(0), 64);
	vfc_wr(c, QRX_TAIL1(1), UINT32_MAX);
	T_EQ(vfc_version(vfc_of(VFH_NEAR)), ICE_MP_VC_OK);
	T_TRY(vfh_same(false));
	T_CHECK(sim.fn_violations(T_DEV, 1 + VFH_BAD) > 0, "nobody noticed");
	return vfh_all_well();
}

/* Rings and buffers outside what it was granted: the driver cannot know, the
 * device's IOMMU does. */
static int
foreign_rings(void)
{
	uint64_t msg[(sizeof(struct ice_mp_vc_vsi_queues) + sizeof(struct ice_mp_vc_qpair)) /
		     sizeof(uint64_t)] = { 0 };
	struct ice_mp_vc_vsi_queues *m = (void *)msg;
	struct vfc *c, *near;
	uint8_t buf[100], secret[64];
	struct vfm_says says;
	unsigned int i;

	T_TRY(begin());
	c = vfc_of(VFH_BAD);
	near = vfc_of(VFH_NEAR);
	T_TRY(vfc_stop(c));
	vfc_says(c, &says);
	m->vsi_id = VFC_VSI;
	m->nb_qpairs = 1;
	vfm_qpair(&says, 0, &m->qpair[0]);
	m->qpair[0].txq.ring_addr = (uintptr_t)near->q[0].tx;
	m->qpair[0].rxq.ring_addr = (uintptr_t)near->q[0].rx;
	T_EQ(vfc_ask(c, ICE_MP_VC_CONFIG_VSI_QUEUES, msg, sizeof(msg)), ICE_MP_VC_OK);
	T_EQ(vfc_irq_map(c), ICE_MP_VC_OK);
	T_EQ(vfc_mac(c, ICE_MP_VC_ADD_ETH_ADDR, c->mac, ICE_MP_VC_ADDR_PRIMARY), ICE_MP_VC_OK);
	T_EQ(vfc_queues(c, ICE_MP_VC_ENABLE_QUEUES, 1, 1), ICE_MP_VC_OK);
	T_TRY(vfh_before(VFH_BAD));
	vfc_wr(c, QRX_TAIL1(0), 63);
	vfc_wr(c, QTX_TAIL1(0), 8);
	/* Somebody sends to it. */
	t_frame(buf, sizeof(buf), 1, 1, 0);
	memcpy(buf, c->mac, 6);
	memset(near->q[0].rx_buf, 0x5A, sizeof(secret));
	memset(secret, 0x5A, sizeof(secret));
	for (i = 0; i < 5; i++)
		T_TRY(t_send_bytes(1, buf, sizeof(buf)));
	T_EQ(vfc_version(near), ICE_MP_VC_OK);
	T_TRY(t_ping(0));
	T_CHECK(memcmp(secret, near->q[0].rx_buf, sizeof(secret)) == 0,
		"the neighbour's memory was written");
	T_CHECK(sim.fn_violations(T_DEV, 1 + VFH_BAD) > 0, "nobody noticed");
	T_EQ(sim.fn_violations(T_DEV, 0), 0);
	T_EQ(sim.fn_violations(T_DEV, 1 + VFH_NEAR), 0);
	return vfh_all_well();
}

/* Descriptors of nonsense in its own rings. */
static int
bad_descriptors(void)
{
	static const uint64_t qw1[] = {
		UINT64_MAX, 0, ICE_MP_TXD_DTYPE_DONE, ICE_MP_TXD_DTYPE_CTX, 7, 0x30,
		ICE_MP_TXD_BUF_SZ_M | 0x10, (uint64_t)1 << ICE_MP_TXD_BUF_SZ_S | 0x30,
		(uint64_t)60 << ICE_MP_TXD_BUF_SZ_S, ICE_MP_TXC_CMD_SWTCH_VSI << 4 | 1,
	};
	struct vfc *c;
	unsigned int i, k;
	uint16_t n;

	T_TRY(begin());
	c = vfc_of(VFH_BAD);
	for (i = 0; i < RTE_DIM(qw1); i++) {
		for (k = 0; k < 2; k++) {
			for (n = 0; n < c->opt.ring; n++) {
				c->q[0].tx[n].addr = k == 0 ? 0x1000 : (uintptr_t)c->q[0].tx_buf;
				c->q[0].tx[n].qw1 = qw1[i];
				memset(&c->q[0].rx[n], 0xFF, sizeof(c->q[0].rx[n]));
			}
			vfc_wr(c, QTX_TAIL1(0), 20);
			vfc_wr(c, QRX_TAIL1(0), 20 + i);
			T_EQ(vfc_version(vfc_of(VFH_NEAR)), ICE_MP_VC_OK);
			T_EQ(sim.fn_violations(T_DEV, 0), 0);
			T_EQ(sim.fn_violations(T_DEV, 1 + VFH_NEAR), 0);
			T_EQ(sim.vf_flr(T_DEV, VFH_BAD), 0);
			T_TRY(vfc_again(c));
		}
	}
	return vfh_all_well();
}

/* ---- floods ---- */

/* Messages as fast as it can, answers never read: others are served meanwhile, and
 * told of their port's link. */
static int
never_reads(void)
{
	struct vfc *c, *far;
	unsigned int i, sent = 0, links;

	T_TRY(begin());
	c = vfc_of(VFH_BAD);
	far = vfc_of(VFH_FAR);
	for (i = 0; i < 3000; i++) {
		if (vfc_send(c, i & 1 ? ICE_MP_VC_GET_VLAN_V2_CAPS : 0x10000 + i, NULL, 0) == 0)
			sent++;
		if (i % 500 == 499)
			T_EQ(vfc_version(far), ICE_MP_VC_OK);
	}
	T_CHECK(sent > 200, "only %u messages were taken", sent);
	vfc_drain(far);
	links = far->nb_link;
	T_TRY(t_fault("link 1 down"));
	T_TRY(vfc_wait_link(far, false));
	T_TRY(t_fault("link 1 up"));
	T_TRY(vfc_wait_link(far, true));
	T_EQ(far->nb_link, links + 2);
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	return vfh_all_well();
}

/* Its mailbox is off while answers are on their way. */
static int
deaf(void)
{
	struct vfc *c;
	unsigned int i;

	T_TRY(begin());
	c = vfc_of(VFH_BAD);
	for (i = 0; i < 200; i++) {
		vfc_wr(c, VF_ARQLEN1, i & 1 ? c->opt.mbx_len | CTLQ_LEN_ENABLE_M : 0);
		vfc_send(c, ICE_MP_VC_GET_VLAN_V2_CAPS, NULL, 0);
		if (i % 50 == 0)
			T_EQ(vfc_version(vfc_of(VFH_NEAR)), ICE_MP_VC_OK);
	}
	T_TRY(vfh_same(false));
	return vfh_all_well();
}

/* Resets itself over and over, with messages in between. */
static int
resets_itself(void)
{
	struct vfc *c;
	unsigned int i;

	T_TRY(begin());
	c = vfc_of(VFH_BAD);
	for (i = 0; i < 60; i++) {
		vfc_mbx_up(c);
		vfc_send(c, ICE_MP_VC_VERSION, "\1\0\0\0\1\0\0\0", 8);
		vfc_send(c, ICE_MP_VC_GET_VF_RESOURCES, "\377\377\377\377", 4);
		vfc_send(c, ICE_MP_VC_RESET_VF, NULL, 0);
		vfc_send(c, ICE_MP_VC_RESET_VF, NULL, 0);
		if (i % 3 == 0)
			T_EQ(sim.vf_flr(T_DEV, VFH_BAD), 0);
		if (i % 10 == 0)
			T_EQ(vfc_version(vfc_of(VFH_FAR)), ICE_MP_VC_OK);
	}
	T_TRY(vfc_wait_active(c));
	T_TRY(vfh_same(false));
	return vfh_all_well();
}

#define HOSTILE	T_SIM | T_WIRED | T_BREACH

static const struct t_case cases[] = {
	{ "descriptors", descriptors, 2, HOSTILE, VFH_ARGS },
	{ "foreign_memory", foreign_memory, 2, HOSTILE, VFH_ARGS },
	{ "ring_registers", ring_registers, 2, HOSTILE, VFH_ARGS },
	{ "whole_bar", whole_bar, 2, HOSTILE, VFH_ARGS },
	{ "doorbells", doorbells, 2, HOSTILE, VFH_ARGS },
	{ "foreign_rings", foreign_rings, 2, HOSTILE, VFH_ARGS },
	{ "bad_descriptors", bad_descriptors, 2, HOSTILE, VFH_ARGS },
	{ "never_reads", never_reads, 2, HOSTILE, VFH_ARGS },
	{ "deaf", deaf, 2, HOSTILE, VFH_ARGS },
	{ "resets_itself", resets_itself, 2, HOSTILE, VFH_ARGS },
};

T_SUITE(vf_rings, cases);
