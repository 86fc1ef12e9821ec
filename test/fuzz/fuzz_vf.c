/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * VF → PF: hostile VFs against the driver that serves them, on the device core.
 * An input is a program of messages (right but for what the input changes),
 * raw mailbox descriptors, register accesses, resets and frames of VFs, between
 * turns of the event engine, calls of the application and resets of the device.
 *
 * What must hold, besides what the sanitizers say: every call comes to an end;
 * the driver itself never breaks the contract with the device; VF 3, of which no
 * message is in the input, keeps what it has and is answered, unless the program
 * did something to the whole port or device; and afterwards nothing is left.
 */

#include <ethdev_driver.h>

#include "fuzz_life.h"
#include "vf_message.h"

#define MAX_OPS		160
#define VFS		4
#define VICTIM		3
#define QUEUES		2
#define RING		64
#define MBX		16
#define ARQ_BUF		512

/* What a VF has, and may reach. */
struct vf_mem {
	_Alignas(4096) struct ice_mp_aq_desc atq[MBX];
	_Alignas(1024) struct ice_mp_aq_desc arq[MBX];
	_Alignas(1024) struct ice_mp_tx_desc tx[QUEUES][RING];
	_Alignas(1024) union ice_mp_rx_desc rx[QUEUES][RING];
	_Alignas(1024) uint8_t arq_buf[MBX][ARQ_BUF];
	uint8_t atq_buf[MBX][VFM_MAX_LEN];
	uint8_t frames[4096];
};

static struct vf_mem mem[VFS];

static struct {
	uint16_t atq_next, arq_next;
} V[VFS];

static bool global;	/* the victim may have been touched by right */
static bool at_fault;	/* the device does what it should not: so may the driver */

static bool
vf_granted(uint16_t vf, uint64_t addr, size_t len)
{
	uint64_t base = (uintptr_t)&mem[vf < VFS ? vf : 0];

	return vf < VFS && addr >= base && len <= sizeof(mem[0]) &&
	       addr - base <= sizeof(mem[0]) - len;
}

static void
wr(uint16_t vf, uint32_t reg, uint32_t val)
{
	if (!D.gone)
		ice_core_reg_write(D.core, ICE_CORE_FN_VF(vf), reg, val, 4);
}

static uint32_t
rd(uint16_t vf, uint32_t reg)
{
	return D.gone ? UINT32_MAX : ice_core_reg_read(D.core, ICE_CORE_FN_VF(vf), reg, 4);
}

/* ---- mailbox ---- */

static void
arq_post(uint16_t vf, uint16_t slot)
{
	uint64_t addr = (uintptr_t)mem[vf].arq_buf[slot];
	struct ice_mp_aq_desc *d = &mem[vf].arq[slot];

	memset(d, 0, sizeof(*d));
	d->flags = ICE_MP_AQ_FLAG_BUF;
	d->datalen = ARQ_BUF;
	d->params.indirect.addr_high = addr >> 32;
	d->params.indirect.addr_low = (uint32_t)addr;
}

static void
mbx_up(uint16_t vf)
{
	uint64_t atq = (uintptr_t)mem[vf].atq, arq = (uintptr_t)mem[vf].arq;
	uint16_t i;

	V[vf].atq_next = 0;
	V[vf].arq_next = 0;
	for (i = 0; i < MBX; i++)
		arq_post(vf, i);
	wr(vf, VF_ATQH1, 0);
	wr(vf, VF_ATQT1, 0);
	wr(vf, VF_ATQBAL1, (uint32_t)atq);
	wr(vf, VF_ATQBAH1, atq >> 32);
	wr(vf, VF_ATQLEN1, MBX | CTLQ_LEN_ENABLE_M);
	wr(vf, VF_ARQH1, 0);
	wr(vf, VF_ARQT1, 0);
	wr(vf, VF_ARQBAL1, (uint32_t)arq);
	wr(vf, VF_ARQBAH1, arq >> 32);
	wr(vf, VF_ARQLEN1, MBX | CTLQ_LEN_ENABLE_M);
	wr(vf, VF_ARQT1, MBX - 1);
}

static void
post(uint16_t vf, const struct ice_mp_aq_desc *d)
{
	mem[vf].atq[V[vf].atq_next] = *d;
	V[vf].atq_next = (V[vf].atq_next + 1) % MBX;
	wr(vf, VF_ATQT1, V[vf].atq_next);
}

static void
say(uint16_t vf, uint32_t op, const uint8_t *buf, uint16_t len)
{
	uint8_t *at = mem[vf].atq_buf[V[vf].atq_next];
	struct ice_mp_aq_desc d = {
		.flags = ICE_MP_AQ_FLAG_SI, .opcode = ICE_MP_AQ_MBX_VF_TO_PF, .datalen = len,
		.cookie_high = op,
	};

	if (len != 0) {
		d.flags |= ICE_MP_AQ_FLAG_BUF | ICE_MP_AQ_FLAG_RD;
		if (len > ICE_MP_AQ_LARGE_BUF)
			d.flags |= ICE_MP_AQ_FLAG_LB;
		memcpy(at, buf, len);
		d.params.indirect.addr_high = (uint64_t)(uintptr_t)at >> 32;
		d.params.indirect.addr_low = (uint32_t)(uintptr_t)at;
	}
	post(vf, &d);
}

/* Take what has come. @return whether an answer to `op` was among it; 0: to any */
static bool
hear(uint16_t vf, uint32_t op)
{
	bool heard = false;
	unsigned int n;

	for (n = 0; n < MBX; n++) {
		uint16_t slot = V[vf].arq_next;
		const struct ice_mp_aq_desc *d = &mem[vf].arq[slot];

		if ((d->flags & ICE_MP_AQ_FLAG_DD) == 0)
			break;
		heard |= op == 0 || d->cookie_high == op;
		arq_post(vf, slot);
		V[vf].arq_next = (slot + 1) % MBX;
		wr(vf, VF_ARQT1, slot);
	}
	return heard;
}

static void
turns(unsigned int n)
{
	while (n-- > 0) {
		fuzz_dev_pump(1000000);
		fuzz_dev_call();
		fuzz_turn();
	}
}

static void
what_to_say(uint16_t vf, struct vfm_says *s, uint8_t rxdid)
{
	static const uint8_t ids[] = { 1, 2, 22, 0 };
	unsigned int q;

	memset(s, 0, sizeof(*s));
	s->caps = UINT32_MAX;
	s->queues = QUEUES;
	s->ring = RING;
	s->buf = 1024;
	s->rxdid = ids[rxdid & 3];
	for (q = 0; q < QUEUES; q++) {
		s->tx[q] = (uintptr_t)mem[vf].tx[q];
		s->rx[q] = (uintptr_t)mem[vf].rx[q];
	}
}

/* From nothing on, as far as `steps`. */
static void
bring_up(uint16_t vf, unsigned int steps)
{
	static const struct {
		uint32_t op;
		uint16_t n;
	} way[] = {
		{ ICE_MP_VC_VERSION, 0 }, { ICE_MP_VC_GET_VF_RESOURCES, 0 },
		{ ICE_MP_VC_CONFIG_VSI_QUEUES, QUEUES }, { ICE_MP_VC_CONFIG_IRQ_MAP, 2 },
		{ ICE_MP_VC_ADD_ETH_ADDR, 2 }, { ICE_MP_VC_CONFIG_RSS_KEY, 0 },
		{ ICE_MP_VC_CONFIG_RSS_LUT, 0 }, { ICE_MP_VC_ENABLE_QUEUES, 0 },
		{ ICE_MP_VC_ADD_VLAN_V2, 2 }, { ICE_MP_VC_ENA_VLAN_STRIP_V2, 0 },
	};
	uint8_t buf[VFM_MAX_LEN];
	struct vfm_says s;
	unsigned int i;

	what_to_say(vf, &s, vf);
	for (i = 0; i < steps && i < RTE_DIM(way); i++) {
		say(vf, way[i].op, buf, vfm_right(&s, way[i].op, way[i].n, buf));
		turns(1);
		hear(vf, 0);
	}
}

/* ---- operations of the input ---- */

static uint16_t
some_vf(uint8_t k)
{
	return k % VICTIM;
}

static void
op_say(struct fuzz_in *in)
{
	static const uint32_t known[] = {
		ICE_MP_VC_VERSION, ICE_MP_VC_RESET_VF, ICE_MP_VC_GET_VF_RESOURCES,
		ICE_MP_VC_CONFIG_VSI_QUEUES, ICE_MP_VC_CONFIG_IRQ_MAP, ICE_MP_VC_ENABLE_QUEUES,
		ICE_MP_VC_DISABLE_QUEUES, ICE_MP_VC_ADD_ETH_ADDR, ICE_MP_VC_DEL_ETH_ADDR,
		ICE_MP_VC_ADD_VLAN, ICE_MP_VC_DEL_VLAN, ICE_MP_VC_CONFIG_PROMISC,
		ICE_MP_VC_GET_STATS, ICE_MP_VC_CONFIG_RSS_KEY, ICE_MP_VC_CONFIG_RSS_LUT,
		ICE_MP_VC_GET_RSS_HENA_CAPS, ICE_MP_VC_SET_RSS_HENA, ICE_MP_VC_ENA_VLAN_STRIP,
		ICE_MP_VC_DIS_VLAN_STRIP, ICE_MP_VC_REQUEST_QUEUES, ICE_MP_VC_GET_RXDIDS,
		ICE_MP_VC_ADD_RSS_CFG, ICE_MP_VC_DEL_RSS_CFG, ICE_MP_VC_GET_VLAN_V2_CAPS,
		ICE_MP_VC_ADD_VLAN_V2, ICE_MP_VC_DEL_VLAN_V2, ICE_MP_VC_ENA_VLAN_STRIP_V2,
		ICE_MP_VC_DIS_VLAN_STRIP_V2, ICE_MP_VC_ENA_VLAN_INSERT_V2,
		ICE_MP_VC_DIS_VLAN_INSERT_V2,
	};
	uint8_t buf[VFM_MAX_LEN + 4] = { 0 }, who = in8(in), what = in8(in), k = in8(in);
	uint16_t vf = some_vf(who), len;
	uint32_t op = what < 0x80 ? known[what % RTE_DIM(known)] : in_val(in);
	struct vfm_says s;

	what_to_say(vf, &s, k >> 5);
	s.outer = k >> 7;
	/* As many as fit into a message, whatever they are. */
	len = vfm_right(&s, op, k & 7 ? k & 7 : in8(in) % 64, buf);
	if (who & 0x40) {
		len = in_val(in) % (VFM_MAX_LEN + 1);
		in_bytes(in, buf, len < 64 ? len : 64);
	}
	in_patch(in, buf, len ? len : 64);
	if (k & 8)
		len = (uint16_t)(len + (int8_t)in8(in)) % (VFM_MAX_LEN + 1);
	say(vf, op, buf, len);
	if (k & 16)
		turns(1);
	if (who & 0x80)
		hear(vf, 0);
}

static void
op_descriptor(struct fuzz_in *in)
{
	uint16_t vf = some_vf(in8(in));
	uint8_t k = in8(in);
	struct ice_mp_aq_desc d = { .opcode = ICE_MP_AQ_MBX_VF_TO_PF };

	in_bytes(in, &d, sizeof(d));
	if (k & 1)
		d.opcode = ICE_MP_AQ_MBX_VF_TO_PF;
	if (k & 2) {
		d.params.indirect.addr_high = (uint64_t)(uintptr_t)&mem[vf] >> 32;
		d.params.indirect.addr_low = (uint32_t)(uintptr_t)&mem[vf];
	}
	post(vf, &d);
}

static void
op_write(struct fuzz_in *in)
{
	static const uint32_t regs[] = {
		VF_ATQT1, VF_ATQH1, VF_ATQLEN1, VF_ARQT1, VF_ARQH1, VF_ARQLEN1, VF_ATQBAL1,
		VF_ARQBAL1, VF_ATQBAH1, VF_ARQBAH1, VFINT_ICR01, VFINT_ICR0_ENA1, VFINT_DYN_CTL01,
		VFINT_DYN_CTLN1(0), VFINT_DYN_CTLN1(1), VFINT_ITR01(0), VFINT_ITRN1(1, 1),
		QTX_TAIL1(0), QTX_TAIL1(1), QTX_TAIL1(2), QRX_TAIL1(0), QRX_TAIL1(1), QRX_TAIL1(9),
		VF_VFGEN_RSTAT,
	};
	uint16_t vf = some_vf(in8(in));
	uint8_t k = in8(in);
	uint32_t reg = k < 0x80 ? regs[k % RTE_DIM(regs)] : in_val(in);

	(void)rd(vf, reg);
	wr(vf, reg, in_val(in));
}

static void
op_mbx_up(struct fuzz_in *in)
{
	mbx_up(some_vf(in8(in)));
}

static void
op_bring_up(struct fuzz_in *in)
{
	uint8_t k = in8(in);

	mbx_up(some_vf(k));
	bring_up(some_vf(k), 1 + (k >> 4));
}

static void
op_hear(struct fuzz_in *in)
{
	hear(some_vf(in8(in)), 0);
}

static void
op_turns(struct fuzz_in *in)
{
	turns(1 + (in8(in) & 7));
}

static void
op_flr(struct fuzz_in *in)
{
	ice_core_vf_reset(D.core, some_vf(in8(in)));
}

static void
op_enable(struct fuzz_in *in)
{
	uint8_t k = in8(in);

	if (k & 0x80) {
		global = true;
		ice_core_set_vfs(D.core, k % (VFS + 1));
		if (k & 0x40)
			turns(1);
		ice_core_set_vfs(D.core, VFS);
	}
}

/* Descriptors and a doorbell of a data ring. */
static void
op_rings(struct fuzz_in *in)
{
	uint8_t k = in8(in), n = in8(in);
	uint16_t vf = some_vf(k), q = k >> 2 & 1;
	struct ice_mp_tx_desc d = {
		.addr = (uintptr_t)mem[vf].frames,
		.qw1 = ICE_MP_TXD_DTYPE_DATA | (uint64_t)(60 + n) << ICE_MP_TXD_BUF_SZ_S |
		       (uint64_t)(ICE_MP_TXD_CMD_EOP | ICE_MP_TXD_CMD_RS) << ICE_MP_TXD_CMD_S,
	};
	unsigned int i;

	in_patch(in, &d, sizeof(d));
	for (i = 0; i < RING; i++) {
		mem[vf].tx[q][i] = d;
		mem[vf].rx[q][i].read.pkt_addr = (uintptr_t)mem[vf].frames;
		mem[vf].rx[q][i].read.hdr_addr = 0;
	}
	wr(vf, QRX_TAIL1(q), RING - 1);
	wr(vf, QTX_TAIL1(q), n % (RING + 2));
}

static void
op_frame(struct fuzz_in *in)
{
	uint8_t f[96], lport = in8(in) % 2;

	memset(f, 0xFF, 6);
	in_bytes(in, f, 20);
	memset(f + 20, 0, sizeof(f) - 20);
	(void)ice_core_rx(D.core, lport, f, sizeof(f));
}

/* ---- the PF's side ---- */

static int
some_port(uint8_t k)
{
	unsigned int n = fuzz_nb_ethdevs();
	uint16_t id;

	if (n == 0)
		return -1;
	k %= n;
	RTE_ETH_FOREACH_DEV_OF(id, &D.dev)
		if (k-- == 0)
			return id;
	return -1;
}

static void
op_port(struct fuzz_in *in)
{
	uint8_t k = in8(in);
	int id = some_port(k >> 4);
	struct rte_ether_addr mac = { { 0x06, 0xBA, 0xD0, 0, 0, 0 } };

	if (id < 0)
		return;
	switch (k & 15) {
	case 0:
		(void)CALL(rte_eth_dev_stop(id));
		global = true;
		break;
	case 1:
		(void)CALL(rte_eth_dev_start(id));
		break;
	case 2:
		(void)CALL(rte_eth_dev_stop(id));
		(void)CALL(rte_eth_dev_reset(id));
		global = true;
		break;
	case 3:
		(void)CALL(rte_eth_dev_stop(id));
		(void)CALL(rte_eth_dev_close(id));
		global = true;
		break;
	case 4:
		mac.addr_bytes[5] = in8(in);
		(void)CALL(rte_eth_dev_mac_addr_add(id, &mac, 0));
		break;
	case 5:
		mac.addr_bytes[5] = in8(in);
		(void)CALL(rte_eth_dev_default_mac_addr_set(id, &mac));
		break;
	case 6:
		(void)CALL(rte_eth_promiscuous_enable(id));
		break;
	case 7:
		(void)CALL(rte_eth_allmulticast_enable(id));
		break;
	default:
		break;
	}
}

static void
op_device(struct fuzz_in *in)
{
	static const char *const text[] = {
		"link 0 down", "link 0 up", "link 1 down", "link 1 up", "reset pfr", "reset corer",
		"reset globr", "reset empr", "aq fail nth=1 rc=5", "aq fail nth=2 rc=16",
		"aq silent nth=1", "aq garble nth=1", "aq late nth=1 us=2000", "remove",
		"arq lose count=1", "arq unknown count=3",
	};
	uint8_t k = in8(in) % RTE_DIM(text);
	char out[64];

	if (k >= 4)
		global = true;
	if (k >= 8)
		at_fault = true;
	(void)ice_core_fault(D.core, text[k], out, sizeof(out));
}

static void
op_alloc_fail(struct fuzz_in *in)
{
	global = true;
	fuzz_alloc_fail(in8(in));
}

static void (*const ops[])(struct fuzz_in *) = {
	op_say, op_say, op_say, op_say, op_say, op_say, op_turns, op_turns, op_bring_up, op_write,
	op_descriptor, op_mbx_up, op_hear, op_flr, op_enable, op_rings, op_frame, op_port,
	op_device, op_alloc_fail,
};

/* ---- an input ---- */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const uint8_t nothing[1];

	(void)argc;
	fuzz_eal_init((*argv)[0]);
	/* What EAL allocates on first use is nobody's leak. */
	LLVMFuzzerTestOneInput(nothing, 0);
	return 0;
}

static void
open_all(bool wired)
{
	uint16_t vf;

	for (vf = 0; vf < VFS; vf++)
		memset(&mem[vf], 0, offsetof(struct vf_mem, arq_buf));
	fuzz_dev_open(2, 64, 64, VFS, wired);
	D.vf_granted = vf_granted;
	ice_core_set_vfs(D.core, VFS);
	FUZZ_CHECK(fuzz_attach("vf_queues=2") == 0, "the driver does not attach");
	turns(1);
	for (vf = 0; vf < VFS; vf++)
		mbx_up(vf);
	bring_up(VICTIM, UINT_MAX);
}

/* Ports that forward nothing, but are started. */
static void
start_ports(void)
{
	struct rte_eth_conf conf = { 0 };
	uint16_t id;

	RTE_ETH_FOREACH_DEV_OF(id, &D.dev) {
		FUZZ_CHECK(rte_eth_dev_configure(id, 1, 1, &conf) == 0, "configure");
		FUZZ_CHECK(rte_eth_rx_queue_setup(id, 0, 64, 0, NULL, fuzz_pool[1]) == 0, "Rx");
		FUZZ_CHECK(rte_eth_tx_queue_setup(id, 0, 64, 0, NULL) == 0, "Tx");
		FUZZ_CHECK(rte_eth_dev_start(id) == 0, "start");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = { data, size };
	uint8_t head = in8(&in);
	uint64_t digest;
	unsigned int n;

	global = false;
	at_fault = false;
	open_all(head & 1);
	if (head & 2)
		start_ports();
	turns(1);
	hear(VICTIM, 0);
	digest = ice_core_fn_digest(D.core, ICE_CORE_FN_VF(VICTIM));
	for (n = 0; n < MAX_OPS && in.left > 0; n++)
		ops[in8(&in) % RTE_DIM(ops)](&in);
	fuzz_alloc_fail(0);
	/* What is still in mailboxes is served, however much it is. */
	turns(20);
	if (!global) {
		hear(VICTIM, 0);
		FUZZ_CHECK(ice_core_fn_digest(D.core, ICE_CORE_FN_VF(VICTIM)) == digest,
			   "VF %u has something else now", VICTIM);
		say(VICTIM, ICE_MP_VC_GET_RXDIDS, NULL, 0);
		turns(8);
		FUZZ_CHECK(hear(VICTIM, ICE_MP_VC_GET_RXDIDS), "VF %u is not answered", VICTIM);
		FUZZ_CHECK(ice_core_fn_violations(D.core, ICE_CORE_FN_VF(VICTIM)) == 0,
			   "VF %u did wrong", VICTIM);
	}
	FUZZ_CHECK(at_fault || ice_core_fn_violations(D.core, ICE_CORE_FN_PF) == 0,
		   "the driver does wrong");
	fuzz_detach();
	fuzz_nothing_left("the end");
	FUZZ_CHECK(at_fault || ice_core_fn_violations(D.core, ICE_CORE_FN_PF) == 0,
		   "the driver does wrong on its way out");
	fuzz_dev_close();
	return 0;
}
