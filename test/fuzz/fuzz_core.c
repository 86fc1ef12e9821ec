/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Guest → device: an input is a program of what a guest (and the embedder)
 * may do to the device core. Two ports are brought up first, with AdminQ,
 * VSIs, switch rules, a scheduler branch and a queue pair each, so that few
 * bytes reach far.
 *
 * What must hold, besides what the sanitizers say: the rules of the
 * operations (fuzz_core_env.h), everything comes to an end, and afterwards a
 * reset and a driver that does nothing wrong find a device that works and
 * blames it for nothing.
 */

#include "fuzz_core_aq.h"
#include "fuzz_core_vf.h"

#define MAX_OPS		400
#define RING_LEN	64
#define BUF_LEN		1024

/* ---- bringing ports up ---- */

/* A port as a driver has it, from its VSI to its queues: VSI of lport with the
 * queues 2 * lport and the next. */
static bool
port_up(uint8_t lport)
{
	const uint16_t q = 2 * lport;
	struct txq *t = &K.tx[q];
	struct ice_mp_aq_vsi_ctx ctx = vsi_ctx(lport, q, 2);
	union rule_buf b;
	struct txq_buf tb;
	uint32_t teid;
	uint8_t mac[6];
	uint16_t num;
	unsigned int layer;

	if (vsi_add(&ctx, &num) != 0)
		return false;
	know_vsi(num);
	port_mac(mac, lport);
	mac_rule(&b, num, num, mac);
	if (rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &b, sizeof(b), 1) != 0)
		return false;
	for (layer = 0; layer < 3; layer++)
		know_teid(teid = dflt_teid(lport, layer));
	for (; layer <= ICE_MP_SCHED_QGRP_LAYER; layer++) {
		if (node_add(teid, 1, &teid) != 0)
			return false;
		know_teid(teid);
	}
	K.qgrp[lport] = teid;
	memset(t, 0, sizeof(*t));
	t->q = q;
	t->qlen = RING_LEN;
	t->bufs = K.bufs;
	memset(&tb, 0, sizeof(tb));
	tb.parent_teid = teid;
	txq_fill(&tb.q[0], q, num, lport);
	t->ring = ice_mp_ctx_get(tb.q[0].ctx, TLAN_CTX_BASE_S, TLAN_CTX_BASE_W) <<
		  ICE_MP_RING_BASE_SHIFT;
	wr32(QINT_TQCTL(q), INT_CTL_CAUSE_ENA_M | 3u << INT_CTL_ITR_INDX_S | TXQ_VEC(q));
	if (txqs_add(&tb, 1) != 0)
		return false;
	know_teid(tb.q[0].q_teid);
	rxq_up(&K.rx[q], q, &(struct rxq_opt){ .qlen = RING_LEN, .dbuf = BUF_LEN }, 32);
	wr32(GLINT_DYN_CTL(RXQ_VEC(q)), ENABLE);
	wr32(GLINT_DYN_CTL(TXQ_VEC(q)), ENABLE);
	return !test_failed;
}

static bool
driver_up(void)
{
	uint8_t i;

	memset(&K, 0, sizeof(K));
	wr32(MP_ENABLE, MP_ENABLE_M);
	aq_up();
	wr32(PFINT_OICR_CTL, INT_CTL_CAUSE_ENA_M);
	wr32(PFINT_FW_CTL, INT_CTL_CAUSE_ENA_M);
	K.bufs = env_alloc(4 * FZ_FRAME_MAX, 128);
	for (i = 0; i < 2 && i < E.core->cfg.nb_ports; i++)
		if (!port_up(i))
			return false;
	K.free_from = env_alloc(4096, 4096);
	return vfs_up();
}

/* ---- frames ---- */

/* @return length of a frame in f (FZ_FRAME_MAX bytes) */
static size_t
some_frame(struct fuzz_in *in, uint8_t *f)
{
	uint8_t kind = in8(in);
	size_t len = in16(in) % 10240, at = 0, l4;
	uint16_t tags = (kind >> 3) & 3;

	fill(f, 256, kind);
	memset(f + 256, kind, FZ_FRAME_MAX - 256);
	if (len > 256 && (kind & 7) == 7)
		len &= 0xFF;
	eth(f, kind & 1, 0x0800);
	at = 12;
	while (tags-- > 0) {
		icc_put_be16(f + at, tags & 1 ? 0x88A8 : 0x8100);
		icc_put_be16(f + at + 2, in16(in));
		at += 4;
	}
	l4 = len > at + 42 ? len - at - 22 : 20;
	switch (kind & 7) {
	case 0:
	case 1:
		icc_put_be16(f + at, 0x0800);
		at += 2 + ipv4(f + at + 2, kind & 0x20 ? 6 : 17, l4);
		break;
	case 2:
	case 3:
		icc_put_be16(f + at, 0x86DD);
		at += 2 + ipv6(f + at + 2, kind & 0x20 ? 6 : kind & 0x40 ? 44 : 17, l4);
		break;
	case 4:		/* UDP tunnel with a frame inside */
		icc_put_be16(f + at, 0x0800);
		at += 2 + ipv4(f + at + 2, 17, l4);
		icc_put_be16(f + at, 4789);
		icc_put_be16(f + at + 2, 4789);
		at += 16;
		at += eth(f + at, 1, 0x0800);
		at += ipv4(f + at, 6, 40);
		break;
	case 5:
		memset(f, 0xFF, 6);
		break;
	case 6:
		in_bytes(in, f, in8(in));
		break;
	default:
		break;
	}
	in_patch(in, f, 256);
	return len;
}

/* ---- operations of a program ---- */

static const struct {
	uint32_t base, stride, count;
} regs[] = {
	{ GLGEN_RSTAT, 4, 1 }, { GLGEN_RSTCTL, 4, 1 }, { GLGEN_RTRIG, 4, 1 },
	{ GLNVM_ULD, 4, 1 }, { PFGEN_CTRL, 4, 1 }, { PF_FUNC_RID, 4, 1 },
	{ PF_FW_ATQBAL, 0x80, 10 }, { PF_MBX_ATQBAL, 0x80, 10 }, { PF_SB_ATQBAL, 0x80, 10 },
	{ GLINT_DYN_CTL(0), 4, 66 }, { GLINT_ITR(0, 0), 4, 66 }, { GLINT_ITR(1, 0), 4, 66 },
	{ GLINT_RATE(0), 4, 66 }, { GLINT_CTL, 4, 1 }, { PFINT_OICR, 4, 1 },
	{ PFINT_OICR_ENA, 4, 1 }, { PFINT_OICR_CTL, 4, 1 }, { PFINT_FW_CTL, 4, 1 },
	{ PFINT_MBX_CTL, 4, 1 }, { PFINT_SB_CTL, 4, 1 }, { QINT_TQCTL(0), 4, 66 },
	{ QINT_RQCTL(0), 4, 66 }, { QRX_CONTEXT(0, 0), 8192, 8 }, { QRX_CONTEXT(0, 2), 8192, 8 },
	{ QRX_CTRL(0), 4, 66 }, { QRX_TAIL(0), 4, 66 }, { QRXFLXP_CNTXT(0), 4, 66 },
	{ QTX_COMM_DBELL(0), 4, 66 }, { QTX_COMM_HEAD(0), 4, 66 },
	{ VSIQF_HASH_CTL(0), 4, 800 }, { GLFLXP_RXDID_FLAGS(0, 0), 4, 330 },
	{ VSIQF_HKEY(0, 0), 4096, 13 }, { GLCOMM_QTX_CNTX_CTL, 4, 1 },
	{ GLPRT_GORCL, 4, 64 }, { GLPRT_MLFC, 4, 64 }, { PRTRPB_RDPC, 4, 1 },
	{ GLV_GORCL, 4, 64 }, { GLV_GOTCL, 4, 1600 }, { GLV_RDPC(0), 4, 800 },
	{ GLV_REPC(0), 4, 800 }, { GLV_TEPC(0), 4, 800 }, { GLSWID_RUPP(0), 4, 800 },
	{ VPGEN_VFRTRIG(0), 4, 257 }, { VPINT_MBX_CTL(0), 4, 257 }, { GLQF_HMASK(0), 4, 33 },
	{ MP_CAPS, 4, MP_WINDOW_SIZE / 4 + 1 }, { PORT_STATUS(0), 4, 9 },
	{ EVENT_DOORBELL, 4, 1 }, { VF_PORT_MAP, 1, 260 }, { ICE_MP_BAR0_SIZE - 8, 4, 4 },
};
#define NB_REGS	(sizeof(regs) / sizeof(regs[0]))

static uint32_t
some_reg(struct fuzz_in *in)
{
	unsigned int r = in8(in) % NB_REGS;
	uint32_t i = regs[r].count > 1 ? in16(in) % regs[r].count : 0;

	return regs[r].base + i * regs[r].stride;
}

static void
op_reg_write(struct fuzz_in *in)
{
	uint32_t off = some_reg(in);

	wr32(off, in_val(in));
}

static void
op_reg_read(struct fuzz_in *in)
{
	(void)rd32(some_reg(in));
}

/* Any offset, any width. */
static void
op_access(struct fuzz_in *in)
{
	static const uint8_t sizes[8] = { 1, 2, 4, 8, 0, 3, 16, 4 };
	uint8_t how = in8(in);
	uint32_t off = how & 0x40 ? in32(in) : some_reg(in) + (how >> 3 & 3);
	unsigned int size = sizes[how & 7];

	if (how & 0x80)
		ice_core_reg_write(E.core, how & 0x20 ? in16(in) : 0, off, in64(in), size);
	else
		(void)ice_core_reg_read(E.core, how & 0x20 ? in16(in) : 0, off, size);
}

/* Stop an Rx queue and start it with another context. */
static void
op_rxq(struct fuzz_in *in)
{
	uint8_t how = in8(in);
	struct rxq *r = &K.rx[how & 3];
	struct rxq_opt o = { .small = how & 4, .keep_crc = how & 8, .tag2 = how & 0x10 };

	if (r->ring == 0)
		return;
	wr32(QRX_CTRL(r->q), 0);
	if (how & 0x20)
		return;
	o.rxdid = in8(in) & 1 ? ICE_MP_RXDID_FLEX_NIC : in8(in) & 0x3F;
	o.rxmax = in16(in) & 0x3FFF;
	r->size = o.small ? 16 : 32;
	r->dbuf = (uint16_t)((in8(in) & 0x7F) << 7);
	r->qlen = how & 0x40 ? 32 : RING_LEN;
	rxq_ctx(r, &o);
	r->dbuf = BUF_LEN;
	r->tail = 0;
	rxq_post(r, 16);
	wr32(QRX_CTRL(r->q), QRX_CTRL_QENA_REQ_M);
}

static void
op_rx_post(struct fuzz_in *in)
{
	uint8_t how = in8(in);
	struct rxq *r = &K.rx[how & 3];
	uint64_t *d;

	if (r->ring == 0)
		return;
	if (how & 0x80) {
		d = env_ptr(r->ring + (uint64_t)r->tail * r->size, r->size);
		memset(d, 0, r->size);
		d[0] = some_addr(in);
		d[1] = in8(in);
		r->tail = (uint16_t)((r->tail + 1) % r->qlen);
		wr32(QRX_TAIL(r->q), r->tail);
	} else {
		rxq_post(r, how >> 2 & 31);
	}
}

static void
op_rx_frame(struct fuzz_in *in)
{
	static uint8_t f[FZ_FRAME_MAX];
	uint8_t lport = in8(in), times = 1 + (lport >> 4), *exact;
	size_t len = some_frame(in, f);

	/* Of its exact size: reading on is seen. */
	exact = malloc(len ? len : 1);
	memcpy(exact, f, len);
	while (times-- > 0)
		(void)ice_core_rx(E.core, lport & 15, exact, len);
	free(exact);
	(void)ice_core_can_rx(E.core, lport);
}

/* One packet into a Tx ring: maybe a context, data in pieces, a doorbell. */
static void
op_tx(struct fuzz_in *in)
{
	static uint8_t f[FZ_FRAME_MAX];
	uint8_t how = in8(in), pieces = 1 + (how >> 2 & 15), i;
	struct txq *t = &K.tx[(how & 1) * 2];
	uint32_t cmd = in16(in) & 0xFFF, off = in32(in) & 0x3FFFF;
	uint16_t tag = in16(in);
	size_t len = some_frame(in, f), each, at = 0;
	uint64_t to;

	if (t->ring == 0)
		return;
	to = t->bufs + (how & 1) * 2 * FZ_FRAME_MAX;
	memcpy(env_ptr(to, FZ_FRAME_MAX), f, FZ_FRAME_MAX);
	if (how & 0x40) {
		uint64_t c = in64(in), q0 = in64(in);

		txq_desc(t, q0, (c & ~ICE_MP_TXD_DTYPE_M) |
			 (how & 2 ? ICE_MP_TXD_DTYPE_FDIR : ICE_MP_TXD_DTYPE_CTX));
	}
	if (how & 0x80)
		off = offs(14, 20, 20 - (off & 12));
	each = len / pieces + 1;
	for (i = 0; i < pieces && at < len; i++, at += each) {
		size_t l = len - at < each ? len - at : each;
		bool last = i + 1 == pieces || at + each >= len;
		uint32_t c = (cmd & ~(uint32_t)EOP_RS) | (last ? cmd | EOP_RS : 0);

		if (last && (cmd & 0x800))
			c = cmd;
		txq_desc(t, to + at, txd(c & 0xFFF, off, l, tag));
	}
	txq_bell(t);
}

/* A TSO packet that is sound but for what is patched. */
static void
op_tso(struct fuzz_in *in)
{
	uint8_t how = in8(in);
	struct txq *t = &K.tx[(how & 1) * 2];
	uint16_t mss = in16(in) & 0x3FFF;
	uint32_t payload = in32(in) % 200000;
	uint32_t total, at = 0;
	uint64_t qw;
	uint8_t *f;

	if (t->ring == 0)
		return;
	f = env_ptr(t->bufs, FZ_FRAME_MAX);
	eth(f, how & 1, 0x0800);
	ipv4(f + 14, how & 2 ? 17 : 6, 20 + payload);
	fill(f + 34, 64, how);
	in_patch(in, f, 128);
	qw = ICE_MP_TXD_DTYPE_CTX | (uint64_t)ICE_MP_TXC_CMD_TSO << ICE_MP_TXC_CMD_S |
	     (uint64_t)payload << ICE_MP_TXC_TSO_LEN_S | (uint64_t)mss << ICE_MP_TXC_MSS_S;
	in_patch(in, &qw, sizeof(qw));
	txq_desc(t, how & 4 ? in64(in) : 0, qw);
	total = 54 + payload;
	while (at < total) {
		uint32_t l = total - at < 16000 ? total - at : 16000;
		uint32_t c = ICE_MP_TXD_CMD_L4T_TCP | ICE_MP_TXD_CMD_IIPT_IPV4_CSUM |
			     (how & 8 ? ICE_MP_TXD_CMD_IL2TAG1 : 0);

		if (how & 0x10)
			c ^= in16(in);
		at += l;
		txq_desc(t, t->bufs, txd((c | (at == total ? EOP_RS : 0)) & 0xFFF,
					 offs(14, 20, 20), l, 0x123));
	}
	txq_bell(t);
}

static void
op_poke(struct fuzz_in *in)
{
	uint64_t addr = some_addr(in);
	uint8_t n = in8(in), b[256];
	void *p;

	in_bytes(in, b, n);
	p = env_ptr(addr, n);
	if (p != NULL)
		memcpy(p, b, n);
}

/* Somewhere in the rings. */
static void
op_poke_ring(struct fuzz_in *in)
{
	uint8_t which = in8(in);
	uint64_t base[6] = { E.atq, E.arq, K.tx[0].ring, K.rx[0].ring, K.free_from, K.tx[2].ring };
	uint64_t at = base[which % 6] + in16(in) % 2048;
	uint64_t v = which & 0x80 ? in64(in) : in_val(in);

	if (base[which % 6] != 0)
		memcpy(env_ptr(at, sizeof(v)), &v, sizeof(v));
}

static void
op_time(struct fuzz_in *in)
{
	uint8_t k = in8(in);

	fz_advance(((uint64_t)1 + (k & 7)) << (k >> 3));
}

static void
op_run(struct fuzz_in *in)
{
	uint8_t k = in8(in);

	if (k == 0)
		fz_run();
	else
		(void)ice_core_run(E.core, k);
}

static void
op_embedder(struct fuzz_in *in)
{
	uint8_t how = in8(in), lport = in8(in) & 7;
	static char q[65536];

	switch (how & 7) {
	case 0:
		ice_core_set_backend(E.core, lport % E.core->cfg.nb_ports, how & 8, how & 16);
		break;
	case 1:
		Z.refuse_tx[lport] = how & 8;
		if (!(how & 8) && lport < E.core->cfg.nb_ports)
			ice_core_tx_ready(E.core, lport);
		break;
	case 2:
		(void)ice_core_inject_event(E.core, in8(in), in8(in), in16(in));
		break;
	case 3:
		Z.refuse_map = (how >> 3) % 3;
		break;
	case 4:
		Z.racy = how & 8;
		Z.noise = in8(in);
		break;
	case 5:
		Z.bounce[lport] = how & 8 ? in8(in) & 7 : 0xFF;
		break;
	case 6: {
		/* The buffer ends where it is said to end. */
		size_t len = how & 0x80 ? sizeof(q) : in16(in), n;
		char *b = malloc(len ? len : 1);

		n = ice_core_query(E.core, b, len);
		FUZZ_CHECK(len == 0 || strlen(b) == (n < len ? n : len - 1), "query of %zu", n);
		free(b);
		break;
	}
	default:
		(void)ice_core_rxq_enabled(E.core, in16(in));
		(void)ice_core_txq_enabled(E.core, in16(in));
		break;
	}
}

static void
op_reset(struct fuzz_in *in)
{
	static const enum ice_core_reset kinds[8] = {
		ICE_CORE_RESET_PFR, ICE_CORE_RESET_CORER, ICE_CORE_RESET_GLOBR,
		ICE_CORE_RESET_EMPR, ICE_CORE_RESET_FLR, ICE_CORE_RESET_POR,
		ICE_CORE_RESET_PFR, ICE_CORE_RESET_FLR,
	};

	ice_core_reset(E.core, kinds[in8(in) & 7]);
}

static void
op_fault(struct fuzz_in *in)
{
	static const char *const text[] = {
		"link %u down", "link %u up", "link %u release", "fault %u on", "fault %u off",
		"flap %u count=%u interval_us=%u", "event %u link %u", "event all reset %u",
		"intr lose %u count=%u", "intr dup %u", "intr late %u us=%u", "spurious %u",
		"aq silent nth=%u", "aq fail nth=%u rc=%u", "aq garble nth=%u count=%u",
		"aq short nth=%u", "aq oversize nth=%u", "aq late nth=%u us=%u",
		"aq-fail %u count=forever", "reset pfr access=%u", "reset corer access=%u",
		"rxq %u stuck", "rxq %u ok", "txq %u stuck", "txq %u ok", "dma fail count=%u",
		"stat %u rx_bytes=%u", "aq log", "aq log clear", "clear", "check clear", "help",
		"remove", "%u %u %u", "",
	};
	unsigned int i, n = sizeof(text) / sizeof(text[0]);
	uint8_t k = in8(in);
	char cmd[300], out[64];

	memset(cmd, 0, sizeof(cmd));
	if (k >= n) {
		in_bytes(in, cmd, k);
	} else {
		unsigned int v[3];

		for (i = 0; i < 3; i++)
			v[i] = in_val(in);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(cmd, sizeof(cmd), text[k], v[0], v[1], v[2]);
#pragma GCC diagnostic pop
	}
	(void)ice_core_fault(E.core, cmd, out, sizeof(out));
}

/* The AdminQ again, after something took it away. */
static void
op_aq_again(struct fuzz_in *in)
{
	uint8_t how = in8(in);

	E.atq_next = E.arq_next = 0;
	env_ctlq_regs(PF_FW_ATQBAL, PF_FW_ATQBAH, PF_FW_ATQLEN, PF_FW_ATQH, PF_FW_ATQT,
		      E.atq, how & 1 ? in16(in) : ENV_AQ_LEN);
	env_ctlq_regs(PF_FW_ARQBAL, PF_FW_ARQBAH, PF_FW_ARQLEN, PF_FW_ARQH, PF_FW_ARQT,
		      E.arq, how & 2 ? in16(in) : ENV_AQ_LEN);
	wr32(PF_FW_ARQT, ENV_AQ_LEN - 1);
	if (how & 4) {
		env_ctlq_regs(PF_MBX_ATQBAL, PF_MBX_ATQBAH, PF_MBX_ATQLEN, PF_MBX_ATQH,
			      PF_MBX_ATQT, E.atq, ENV_AQ_LEN);
		wr32(PF_MBX_ATQT, in8(in) % ENV_AQ_LEN);
	}
}

static void
op_arq_event(struct fuzz_in *in)
{
	struct ice_mp_aq_desc d;
	static uint8_t buf[ENV_AQ_BUF];

	(void)in;
	while (E.arq != 0 && arq_event(&d, buf, sizeof(buf)))
		FUZZ_CHECK(d.datalen <= ENV_AQ_BUF || Z.racy, "event of %u bytes", d.datalen);
}

static void (*const ops[])(struct fuzz_in *) = {
	op_reg_write, op_reg_read, op_access, op_aq_raw, op_aq_query, op_vsi, op_vsi_free,
	op_rule, op_list, op_sched_add, op_sched, op_txq, op_rxq, op_rx_post, op_rx_frame,
	op_tx, op_tso, op_poke, op_poke_ring, op_time, op_run, op_embedder, op_reset, op_fault,
	op_aq_again, op_arq_event, op_tx, op_rx_frame, op_run, op_rx_post,
};
#define NB_OPS	(sizeof(ops) / sizeof(ops[0]))

/* Half of what a machine with VFs does is about them. */
static void
one_op(struct fuzz_in *in)
{
	uint8_t k = in8(in);

	if ((k & 0x80) && E.core->cfg.nb_vfs > 0 && V[0].atq != 0)
		vf_ops[k % NB_VF_OPS](in);
	else
		ops[k % NB_OPS](in);
}

/* ---- afterwards ---- */

static void
breaches_none(const char *when)
{
	static char q[65536];
	const char *v;

	if (ice_core_violations(E.core) == 0)
		return;
	ice_core_query(E.core, q, sizeof(q));
	v = strstr(q, "\"violations\"");
	FUZZ_CHECK(false, "%s: %.2000s", when, v != NULL ? v : q);
}

/* Whatever has happened: after a reset that every guest can ask for, the
 * device works for a driver that does nothing wrong. */
static void
device_works(bool flr)
{
	uint8_t f[100], lport = 0, peer;
	char out[64];
	unsigned int i;
	uint64_t sent;

	FUZZ_CHECK(ice_core_fault(E.core, "clear", out, sizeof(out)) == 0, "%s", out);
	Z.racy = false;
	Z.refuse_map = 0;
	memset(Z.refuse_tx, 0, sizeof(Z.refuse_tx));
	memset(Z.bounce, 0xFF, sizeof(Z.bounce));
	for (i = 0; i < E.core->cfg.nb_ports; i++)
		ice_core_set_backend(E.core, (uint8_t)i, true, true);
	fz_advance(2000000000);
	if (flr) {
		ice_core_reset(E.core, ICE_CORE_RESET_FLR);
	} else {
		wr32(GLGEN_RTRIG, GLGEN_RTRIG_GLOBR_M);
		fz_advance(200000000);
	}
	FUZZ_CHECK(ice_core_fault(E.core, "check clear", out, sizeof(out)) == 0, "%s", out);
	E.mem_used = 0;
	test_failed = false;
	FUZZ_CHECK(driver_up(), "a driver does not come up again: %s", test_reason);
	fz_run();
	breaches_none("a driver that comes up");
	/* What a port was told about its link outlives an FLR. */
	if (flr)
		return;
	peer = E.core->port[0].wire;
	eth(f, peer == ICE_CORE_PORT_ALL ? 7 : peer, 0x88B5);
	fill(f + 14, sizeof(f) - 14, 1);
	sent = Z.nb_tx;
	txq_send(&K.tx[0], f, sizeof(f));
	if (peer == ICE_CORE_PORT_ALL) {
		FUZZ_CHECK(Z.nb_tx == sent + 1 && Z.last_lport == 0 && Z.last_len == sizeof(f) &&
			   memcmp(Z.last, f, sizeof(f)) == 0, "the frame does not leave");
		eth(f, lport, 0x88B5);
		FUZZ_CHECK(rx(lport, f, sizeof(f)) == ICE_CORE_RX_DONE, "a frame is refused");
	} else {
		lport = peer;
	}
	FUZZ_CHECK(rxq_get(&K.rx[2 * lport]), "the frame does not arrive");
	FUZZ_CHECK(G.len == sizeof(f) && memcmp(G.data, f, sizeof(f)) == 0,
		   "the frame arrives changed");
	FUZZ_CHECK(!test_failed, "%s", test_reason);
	vfs_work();
	breaches_none("a driver that sends and receives");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = { data, size };
	uint8_t head = in8(&in);
	unsigned int n;

	test_name = "fuzz_core";
	test_failed = false;
	fz_open(1 + (head & 7), head & 8 ? FZ_VFS : 0);
	/* Wires are part of the machine, not of the program. */
	if ((head & 0x10) && E.core->cfg.nb_ports > 1)
		(void)ice_core_wire(E.core, 0, 1);
	else if (head & 0x20)
		(void)ice_core_wire(E.core, 0, 0);
	E.mem_used = 64;
	if (!(head & 0x80)) {
		FUZZ_CHECK(driver_up(), "the driver does not come up: %s", test_reason);
		breaches_none("a driver that comes up first");
	} else {
		aq_up();
	}
	for (n = 0; n < MAX_OPS && in.left > 0; n++) {
		one_op(&in);
		fz_settled();
	}
	fz_run();
	device_works(head & 0x40);
	env_close();
	return 0;
}
