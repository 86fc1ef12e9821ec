/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Faults, one text command each. `help` below is the grammar.
 */

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault_priv.h"

#define MAX_WORDS	8

static const char help[] =
	"link <lport> up|down|release\n"
	"fault <lport> on|off\n"
	"flap <lport> [count=N|forever] [interval_us=U]\n"
	"change [ports=N] [queues=N]: with the next EMPR\n"
	"event <lport|all> link|reset|vf [data] [count=N]\n"
	"intr lose|dup|late <vec> [count=N] [us=U]\n"
	"spurious <vec>\n"
	"cause ecc|pci|hmc|pe\n"
	"aq silent|fail|garble|short|oversize|late|stray|undone [op=0xNNNN] [nth=K] [rc=N]"
	" [count=N|forever] [us=N] [len=N]\n"
	"aq-<kind> 0xNNNN ...: the same\n"
	"aq log [clear]\n"
	"arq lose|garble|unknown [nth=K] [count=N]\n"
	"arq flood <lport> [count=N]\n"
	"nvm update\n"
	"reset pfr|corer|globr|empr|flr [access=K] [us=U]\n"
	"rxq <q|lport:q> stuck|ok\n"
	"rxq <q|lport:q> lose|dup|garble|error|noeof|length [nth=K] [count=N] [len=L]\n"
	"txq <q|lport:q> stuck|ok\n"
	"txq <q|lport:q> lose|dup|garble [nth=K] [count=N]\n"
	"dma fail [aq|rxring|rxdata|rxwb|txring|txdata|txwb] [nth=K] [count=N]\n"
	"stat <lport> rx_bytes|tx_bytes|rx_uc|tx_uc=<value>\n"
	"vf <vf> flr\n"
	"mbx to-pf|to-vf lose|dup|garble [vf=V] [nth=K] [count=N]\n"
	"remove\n"
	"clear\n"
	"check clear\n";

static const char *const aq_kinds[ICC_AQ_KINDS] = {
	"silent", "fail", "garble", "short", "oversize", "late", "stray", "undone",
};
static const char *const intr_kinds[ICC_INTR_KINDS] = { "lose", "dup", "late" };
static const char *const arq_kinds[ICC_ARQ_KINDS] = { "lose", "garble", "unknown" };
static const char *const wb_kinds[ICC_WB_KINDS] = {
	"lose", "dup", "garble", "error", "noeof", "length",
};
/* What of it a Tx queue can do. */
#define TX_WB_KINDS	(ICC_WB_GARBLE + 1)
static const char *const dma_areas[ICC_DMA_AREAS] = {
	"aq", "rxring", "rxdata", "rxwb", "txring", "txdata", "txwb",
};

/* A command cut into words; every option taken is ticked off, so that what
 * is left over is an error. */
struct cmd {
	struct ice_core *core;
	char *w[MAX_WORDS];
	bool used[MAX_WORDS];
	unsigned int n;
	bool inside;		/* of a script */
	struct icc_fault_check *check;	/* not to be carried out */
	char *out;
	size_t outlen;
};

static int __attribute__((format(printf, 2, 3)))
refuse(struct cmd *c, const char *fmt, ...)
{
	va_list ap;

	if (c->outlen > 0) {
		va_start(ap, fmt);
		vsnprintf(c->out, c->outlen, fmt, ap);
		va_end(ap);
	}
	return -1;
}

static bool
number(const char *s, uint64_t max, uint64_t *val)
{
	char *end;

	if (!isdigit((unsigned char)*s))
		return false;
	errno = 0;
	*val = strtoull(s, &end, 0);
	return *end == '\0' && errno == 0 && *val <= max;
}

/* Word i as a number up to max. */
static bool
arg_num(struct cmd *c, unsigned int i, uint64_t max, uint64_t *val)
{
	if (i >= c->n || !number(c->w[i], max, val))
		return false;
	c->used[i] = true;
	return true;
}

/* Word i as one of a list; -1: none of them. */
static int
arg_word(struct cmd *c, unsigned int i, const char *const *list, unsigned int count)
{
	unsigned int k;

	for (k = 0; i < c->n && k < count; k++) {
		if (strcmp(c->w[i], list[k]) == 0) {
			c->used[i] = true;
			return k;
		}
	}
	return -1;
}

/* Option key=N; false: it is there and no number up to max. */
static bool
opt(struct cmd *c, const char *key, uint64_t max, uint64_t *val)
{
	size_t len = strlen(key);
	unsigned int i;

	for (i = 1; i < c->n; i++) {
		if (c->used[i] || strncmp(c->w[i], key, len) != 0 || c->w[i][len] != '=')
			continue;
		c->used[i] = true;
		if (strcmp(key, "count") == 0 && strcmp(c->w[i] + len + 1, "forever") == 0) {
			*val = ICC_FAULT_FOREVER;
			return true;
		}
		return number(c->w[i] + len + 1, max, val);
	}
	return true;
}

static bool
flag(struct cmd *c, const char *word)
{
	unsigned int i;

	for (i = 1; i < c->n; i++) {
		if (!c->used[i] && strcmp(c->w[i], word) == 0) {
			c->used[i] = true;
			return true;
		}
	}
	return false;
}

/* Has everything been understood?
 * @return 1: carry it out; 0: it was only to be checked; -1: refused */
static int
complete(struct cmd *c)
{
	unsigned int i;

	for (i = 1; i < c->n; i++)
		if (!c->used[i])
			return refuse(c, "%s: \"%s\" is not understood", c->w[0], c->w[i]);
	return c->check == NULL;
}

/* Leave a command that is refused, or that was only to be checked. */
#define COMPLETE(c) do { \
	int rc_ = complete(c); \
	if (rc_ <= 0) \
		return rc_; \
} while (0)

/* Complete a command that arms `what`; what->skip is the number given as nth. */
static int
arm(struct cmd *c, enum icc_fault_family family, struct icc_armed *what)
{
	unsigned int taken = c->check != NULL ? c->check->armed[family] : 0;
	int rc = complete(c);

	if (rc < 0)
		return -1;
	if (icc_fault_room(c->core, family) <= taken)
		return refuse(c, "%s: %u faults are armed already", c->w[0], ICC_MAX_ARMED);
	if (rc == 0) {
		c->check->armed[family]++;
		return 0;
	}
	what->skip--;
	icc_fault_arm(c->core, family, what);
	return 0;
}

static bool
arg_lport(struct cmd *c, uint64_t *lport)
{
	if (arg_num(c, 1, c->core->cfg.nb_ports - 1u, lport))
		return true;
	refuse(c, "%s: lport 0..%u expected", c->w[0], c->core->cfg.nb_ports - 1u);
	return false;
}

static int
cmd_link(struct cmd *c)
{
	static const char *const states[] = { "down", "up", "release" };
	uint64_t lport;
	int what;

	if (!arg_lport(c, &lport))
		return -1;
	what = arg_word(c, 2, states, 3);
	if (what < 0)
		return refuse(c, "link: up, down or release expected");
	COMPLETE(c);
	c->core->fault->flap[lport].toggles = 0;
	c->core->port[lport].force_down = what == 0;
	icc_port_update(c->core, lport);
	return 0;
}

static int
cmd_fault(struct cmd *c)
{
	static const char *const states[] = { "off", "on" };
	uint64_t lport;
	int what;

	if (!arg_lport(c, &lport))
		return -1;
	what = arg_word(c, 2, states, 2);
	if (what < 0)
		return refuse(c, "fault: on or off expected");
	COMPLETE(c);
	c->core->port[lport].fault = what == 1;
	icc_port_update(c->core, lport);
	return 0;
}

static int
cmd_flap(struct cmd *c)
{
	uint64_t lport, count = 1, us = 1000;

	if (!arg_lport(c, &lport))
		return -1;
	if (!opt(c, "count", 1000000, &count) || count == 0 ||
	    !opt(c, "interval_us", 60000000, &us) || us == 0)
		return refuse(c, "flap: count 1..1000000 and interval_us 1..60000000 expected");
	COMPLETE(c);
	/* Twice the count, and for ever is an even number, too. */
	c->core->fault->flap[lport].toggles = count == ICC_FAULT_FOREVER ? count - 1 : 2 * count;
	c->core->fault->flap[lport].interval = us * 1000;
	c->core->fault->flap[lport].next = icc_now(c->core);
	icc_timer_at(c->core, icc_fault_flap(c->core, icc_now(c->core)));
	return 0;
}

static int
cmd_event(struct cmd *c)
{
	static const char *const all[] = { "all" };
	static const char *const types[] = { "link", "reset", "vf" };
	uint64_t lport, data = 0, count = 1, i;
	bool full = false;
	int type;

	if (arg_word(c, 1, all, 1) == 0)
		lport = ICE_MP_LPORT_ALL;
	else if (!arg_lport(c, &lport))
		return -1;
	type = arg_word(c, 2, types, 3);
	if (type < 0)
		return refuse(c, "event: link, reset or vf expected");
	if (!opt(c, "count", UINT16_MAX, &count) || count == 0)
		return refuse(c, "event: count 1..65535 expected");
	if (c->n > 3 && !c->used[3] && !arg_num(c, 3, UINT16_MAX, &data))
		return refuse(c, "event: data 0..65535 expected");
	COMPLETE(c);
	for (i = 0; i < count; i++)
		full = ice_core_inject_event(c->core, lport, type + EVENT_DOORBELL_LINK,
					     data) != 0;
	/* A flood is there to find it full. */
	if (full && count == 1)
		return refuse(c, "event: the FIFO is full");
	return 0;
}

static int
cmd_intr(struct cmd *c)
{
	struct icc_armed what = { .skip = 1, .count = 1 };
	int kind = arg_word(c, 1, intr_kinds, ICC_INTR_KINDS);
	uint64_t vec, us = 1000;

	if (kind < 0)
		return refuse(c, "intr: lose, dup or late expected");
	if (!arg_num(c, 2, c->core->pf.nb_vectors - 1u, &vec))
		return refuse(c, "intr: vector 0..%u expected", c->core->pf.nb_vectors - 1u);
	if (!opt(c, "count", UINT32_MAX, &what.count) || what.count == 0 ||
	    !opt(c, "us", 60000000, &us) || us == 0)
		return refuse(c, "intr: count and us are numbers from 1");
	what.kind = kind;
	what.key = c->core->pf.first_vector + vec;
	what.delay_ns = us * 1000;
	return arm(c, ICC_FAULT_INTR, &what);
}

static int
cmd_spurious(struct cmd *c)
{
	uint64_t vec;

	if (!arg_num(c, 1, c->core->pf.nb_vectors - 1u, &vec))
		return refuse(c, "spurious: vector 0..%u expected", c->core->pf.nb_vectors - 1u);
	COMPLETE(c);
	c->core->ops->msix(c->core->opaque, ICE_CORE_FN_PF, vec);
	return 0;
}

/* The device tells of an error it cannot mend. */
static int
cmd_cause(struct cmd *c)
{
	static const char *const names[] = { "ecc", "pci", "hmc", "pe" };
	static const uint32_t bits[] = {
		PFINT_OICR_ECC_ERR_M, PFINT_OICR_PCI_EXCEPTION_M, PFINT_OICR_HMC_ERR_M,
		PFINT_OICR_PE_CRITERR_M,
	};
	int k = arg_word(c, 1, names, 4);

	if (k < 0)
		return refuse(c, "cause: ecc, pci, hmc or pe expected");
	COMPLETE(c);
	icc_intr_oicr(c->core, ICE_CORE_FN_PF, bits[k]);
	return 0;
}

static int
aq_log(struct cmd *c)
{
	struct icc_fault_state *f = c->core->fault;
	struct icc_json j = { c->out, c->outlen, 0 };
	bool clear = flag(c, "clear");
	uint64_t i;

	COMPLETE(c);
	i = f->log_from;
	if (f->nb_logged - i > ICC_AQ_LOG)
		i = f->nb_logged - ICC_AQ_LOG;
	for (; !clear && i < f->nb_logged; i++)
		icc_json_add(&j, "0x%04x:%u ", f->log[i % ICC_AQ_LOG].opcode,
			     f->log[i % ICC_AQ_LOG].rc);
	if (clear)
		f->log_from = f->nb_logged;
	return 0;
}

static int
cmd_aq(struct cmd *c)
{
	uint64_t op = ICC_FAULT_ANY, rc = ICE_MP_AQ_RC_EIO, us = 1000, len = ICC_AQ_HALF;
	struct icc_armed what = { .skip = 1, .count = 1 };
	int kind;

	if (c->n > 1 && strcmp(c->w[1], "log") == 0) {
		c->used[1] = true;
		return aq_log(c);
	}
	kind = arg_word(c, 1, aq_kinds, ICC_AQ_KINDS);
	if (kind < 0)
		return refuse(c, "aq: silent, fail, garble, short, oversize, late, stray, undone "
			      "or log expected");
	if (c->n > 2 && isdigit((unsigned char)c->w[2][0]) && !arg_num(c, 2, UINT16_MAX, &op))
		return refuse(c, "aq: \"%s\" is no opcode", c->w[2]);
	if (!opt(c, "op", UINT16_MAX, &op) || !opt(c, "nth", UINT32_MAX, &what.skip) ||
	    what.skip == 0 || !opt(c, "rc", UINT8_MAX, &rc) ||
	    !opt(c, "count", UINT32_MAX, &what.count) || what.count == 0 ||
	    !opt(c, "us", 60000000, &us) || us == 0)
		return refuse(c, "aq: op, nth, rc, count or us is out of range");
	if (kind == ICC_AQ_FAIL && rc == ICE_MP_AQ_RC_OK)
		return refuse(c, "aq: rc=0 is no failure");
	if (kind == ICC_AQ_SHORT && !opt(c, "len", ICE_MP_AQ_MAX_BUF, &len))
		return refuse(c, "aq: len 0..%u expected", ICE_MP_AQ_MAX_BUF);
	if (flag(c, "forever"))
		what.count = ICC_FAULT_FOREVER;
	what.kind = kind;
	what.key = op;
	what.arg = kind == ICC_AQ_SHORT ? len : rc;
	what.delay_ns = us * 1000;
	return arm(c, ICC_FAULT_AQ, &what);
}

/* Messages of one port's link, more than the driver has room for if so asked. */
static int
arq_flood(struct cmd *c)
{
	uint64_t lport, count = 100;

	if (!arg_num(c, 2, c->core->cfg.nb_ports - 1u, &lport))
		return refuse(c, "arq: lport 0..%u expected", c->core->cfg.nb_ports - 1u);
	if (!opt(c, "count", UINT16_MAX, &count) || count == 0)
		return refuse(c, "arq: count 1..65535 expected");
	COMPLETE(c);
	while (count-- > 0)
		icc_port_post_event(c->core, lport);
	return 0;
}

static int
cmd_arq(struct cmd *c)
{
	struct icc_armed what = { .skip = 1, .count = 1 };
	int kind;

	if (c->n > 1 && strcmp(c->w[1], "flood") == 0) {
		c->used[1] = true;
		return arq_flood(c);
	}
	kind = arg_word(c, 1, arq_kinds, ICC_ARQ_KINDS);
	if (kind < 0)
		return refuse(c, "arq: lose, garble, unknown or flood expected");
	if (!opt(c, "nth", UINT32_MAX, &what.skip) || what.skip == 0 ||
	    !opt(c, "count", UINT32_MAX, &what.count) || what.count == 0)
		return refuse(c, "arq: nth and count are numbers from 1");
	what.kind = kind;
	return arm(c, ICC_FAULT_ARQ, &what);
}

/* Messages between VFs and the PF. */
static int
cmd_mbx(struct cmd *c)
{
	static const char *const ways[] = { "to-pf", "to-vf" };
	struct icc_armed what = { .skip = 1, .count = 1 };
	int way = arg_word(c, 1, ways, 2), kind = arg_word(c, 2, wb_kinds, TX_WB_KINDS);
	uint64_t vf = ICC_FAULT_ANY;

	if (way < 0 || kind < 0)
		return refuse(c, "mbx: to-pf or to-vf, then lose, dup or garble expected");
	if (!opt(c, "vf", c->core->cfg.nb_vfs, &vf) || vf == c->core->cfg.nb_vfs)
		return refuse(c, "mbx: the device has %u VFs", c->core->cfg.nb_vfs);
	if (!opt(c, "nth", UINT32_MAX, &what.skip) || what.skip == 0 ||
	    !opt(c, "count", UINT32_MAX, &what.count) || what.count == 0)
		return refuse(c, "mbx: nth and count are numbers from 1");
	what.key = vf;
	what.kind = kind;
	return arm(c, way == 0 ? ICC_FAULT_TO_PF : ICC_FAULT_TO_VF, &what);
}

static int
cmd_vf(struct cmd *c)
{
	static const char *const what[] = { "flr" };
	uint64_t vf;

	if (!arg_num(c, 1, ICE_MP_HW_MAX_VFS - 1, &vf) || vf >= c->core->cfg.nb_vfs)
		return refuse(c, "vf: the device has %u VFs", c->core->cfg.nb_vfs);
	if (arg_word(c, 2, what, 1) < 0)
		return refuse(c, "vf: flr expected");
	COMPLETE(c);
	ice_core_vf_reset(c->core, vf);
	return 0;
}

/* Fewer or more of what the device was made with. */
static int
cmd_change(struct cmd *c)
{
	const unsigned int most = c->core->fault->made_ports;
	uint64_t ports = 0, queues = 0;

	if (!opt(c, "ports", most, &ports) ||
	    !opt(c, "queues", c->core->cfg.nb_queues, &queues) || (ports == 0 && queues == 0))
		return refuse(c, "change: ports 1..%u or queues 1..%u expected", most,
			      c->core->cfg.nb_queues);
	COMPLETE(c);
	c->core->fault->next_ports = ports;
	c->core->fault->next_queues = queues;
	return 0;
}

static int
cmd_reset(struct cmd *c)
{
	static const char *const kinds[] = { "pfr", "corer", "globr", "empr", "flr" };
	static const enum ice_core_reset what[] = {
		ICE_CORE_RESET_PFR, ICE_CORE_RESET_CORER, ICE_CORE_RESET_GLOBR,
		ICE_CORE_RESET_EMPR, ICE_CORE_RESET_FLR,
	};
	uint64_t access = 0, us = ICC_RESET_US;
	int kind = arg_word(c, 1, kinds, 5);

	if (kind < 0)
		return refuse(c, "reset: pfr, corer, globr, empr or flr expected");
	if (!opt(c, "access", UINT32_MAX, &access) || !opt(c, "us", 60000000, &us) || us == 0)
		return refuse(c, "reset: access and us are numbers");
	COMPLETE(c);
	c->core->fault->reset_ns = us * 1000;
	c->core->fault->reset_kind = what[kind];
	c->core->fault->reset_in = access;
	if (access != 0)
		return 0;
	c->core->fault->resets++;
	ice_core_reset(c->core, what[kind]);
	return 0;
}

static void
set_stuck(struct ice_core *core, bool rx, uint16_t q, bool stuck)
{
	struct icc_rxq *r = &core->rxq[q];
	struct icc_txq *t = &core->txq[q];

	/* A doorbell with the tail unchanged makes the queue look again. */
	if (rx) {
		r->stuck = stuck;
		if (!stuck && r->ena)
			icc_rxq_tail(core, r->fn, q, r->tail);
	} else {
		t->stuck = stuck;
		if (!stuck && t->ena)
			icc_txq_doorbell(core, t->fn, q, t->tail);
	}
}

/* Queue `n` of an lport, as the queue map of its first VSI says.
 * @return ICC_MAX_QUEUES: there is none */
static unsigned int
queue_of_lport(const struct ice_core *core, uint64_t lport, uint64_t n)
{
	unsigned int i, q;

	for (i = 0; i < ICE_MP_HW_MAX_VSI; i++) {
		const struct icc_vsi *v = &core->vsi[i];

		if (!v->used || v->lport != lport)
			continue;
		q = v->ctx.q_mapping[0] + n;
		if (q < core->pf.nb_queues && icc_vsi_maps_queue(v, q))
			return q;
	}
	return ICC_MAX_QUEUES;
}

/* Word 1 as a queue of the function, or of a port: "lport:queue". A port has
 * its queues from the driver, so what is only checked finds queue 0. */
static bool
arg_queue(struct cmd *c, uint64_t *q)
{
	const struct ice_core *core = c->core;
	char *colon = c->n > 1 ? strchr(c->w[1], ':') : NULL;
	uint64_t lport, n;

	if (colon == NULL) {
		if (arg_num(c, 1, core->pf.nb_queues - 1u, q))
			return true;
		refuse(c, "%s: queue 0..%u expected", c->w[0], core->pf.nb_queues - 1u);
		return false;
	}
	*colon = '\0';
	if (!number(c->w[1], core->cfg.nb_ports - 1u, &lport) ||
	    !number(colon + 1, core->pf.nb_queues - 1u, &n)) {
		refuse(c, "%s: lport 0..%u and queue expected", c->w[0],
		       core->cfg.nb_ports - 1u);
		return false;
	}
	c->used[1] = true;
	*q = c->check != NULL ? 0 : queue_of_lport(core, lport, n);
	if (*q < ICC_MAX_QUEUES)
		return true;
	refuse(c, "%s: lport %u has no queue %u now", c->w[0], (unsigned int)lport,
	       (unsigned int)n);
	return false;
}

static int
cmd_queue(struct cmd *c)
{
	static const char *const states[] = { "ok", "stuck" };
	struct icc_armed what = { .skip = 1, .count = 1 };
	const bool rx = c->w[0][0] == 'r';
	uint64_t q, len = 0;
	int kind;

	if (!arg_queue(c, &q))
		return -1;
	kind = arg_word(c, 2, states, 2);
	if (kind >= 0) {
		COMPLETE(c);
		set_stuck(c->core, rx, q, kind == 1);
		return 0;
	}
	kind = arg_word(c, 2, wb_kinds, rx ? ICC_WB_KINDS : TX_WB_KINDS);
	if (kind < 0)
		return refuse(c, "%s: stuck or ok expected, or lose, dup, garble%s", c->w[0],
			      rx ? ", error, noeof, length" : "");
	if (!opt(c, "nth", UINT32_MAX, &what.skip) || what.skip == 0 ||
	    !opt(c, "count", UINT32_MAX, &what.count) || what.count == 0 ||
	    (kind == ICC_WB_LENGTH && !opt(c, "len", ICE_MP_RX_PKT_LEN_M, &len)))
		return refuse(c, "%s: nth, count or len is out of range", c->w[0]);
	what.kind = kind;
	what.key = q;
	what.arg = len;
	return arm(c, rx ? ICC_FAULT_RXQ : ICC_FAULT_TXQ, &what);
}

static int
cmd_dma(struct cmd *c)
{
	static const char *const kinds[] = { "fail" };
	struct icc_armed what = { .skip = 1, .count = 1 };
	int area;

	if (arg_word(c, 1, kinds, 1) < 0)
		return refuse(c, "dma: fail expected");
	area = arg_word(c, 2, dma_areas, ICC_DMA_AREAS);
	if (!opt(c, "nth", UINT32_MAX, &what.skip) || what.skip == 0)
		return refuse(c, "dma: nth is a number from 1");
	if (!opt(c, "count", UINT32_MAX, &what.count) || what.count == 0)
		return refuse(c, "dma: count is a number from 1");
	what.key = area < 0 ? ICC_FAULT_ANY : (uint32_t)area;
	return arm(c, ICC_FAULT_DMA, &what);
}

static int
cmd_stat(struct cmd *c)
{
	static const char *const names[] = { "rx_bytes", "tx_bytes", "rx_uc", "tx_uc" };
	struct icc_port_stats *p;
	uint64_t lport, val;
	char *eq;
	int what;
	unsigned int i;

	if (!arg_lport(c, &lport))
		return -1;
	eq = c->n > 2 ? strchr(c->w[2], '=') : NULL;
	if (eq != NULL)
		*eq = '\0';
	what = arg_word(c, 2, names, 4);
	if (what < 0)
		return refuse(c, "stat: rx_bytes, tx_bytes, rx_uc or tx_uc expected");
	if (!(eq != NULL ? number(eq + 1, UINT64_MAX, &val) : arg_num(c, 3, UINT64_MAX, &val)))
		return refuse(c, "stat: value expected");
	COMPLETE(c);
	p = &c->core->port[lport].stats;
	*(what == 0 ? &p->rx_bytes : what == 1 ? &p->tx_bytes :
	  what == 2 ? &p->rx_uc : &p->tx_uc) = val;
	for (i = 0; i < ICE_MP_HW_MAX_VSI; i++) {
		struct icc_vsi_stats *v = &c->core->vsi[i].stats;

		if (!c->core->vsi[i].used || c->core->vsi[i].lport != lport)
			continue;
		*(what == 0 ? &v->rx_bytes : what == 1 ? &v->tx_bytes :
		  what == 2 ? &v->rx_uc : &v->tx_uc) = val;
	}
	return 0;
}

/* No fault, but for scripts too: what a flash tool does beside the driver. */
static int
cmd_nvm(struct cmd *c)
{
	static const char *const what[] = { "update" };

	if (arg_word(c, 1, what, 1) < 0)
		return refuse(c, "nvm: update expected");
	COMPLETE(c);
	icc_aq_nvm_write(c->core);
	return 0;
}

static int
cmd_remove(struct cmd *c)
{
	if (c->core->ops->remove == NULL)
		return refuse(c, "remove: not possible here");
	COMPLETE(c);
	c->core->ops->remove(c->core->opaque);
	return 0;
}

static int
cmd_clear(struct cmd *c)
{
	struct icc_fault_state *f = c->core->fault;
	unsigned int i;

	COMPLETE(c);
	icc_fault_disarm(c->core);
	/* A script goes on after a line that clears the ones before. */
	if (!c->inside)
		icc_script_stop(c->core);
	memset(f->flap, 0, sizeof(f->flap));
	f->reset_in = 0;
	for (i = 0; i < c->core->cfg.nb_ports; i++) {
		c->core->port[i].fault = false;
		c->core->port[i].force_down = false;
		icc_port_update(c->core, i);
	}
	for (i = 0; i < c->core->pf.nb_queues; i++) {
		if (c->core->rxq[i].stuck)
			set_stuck(c->core, true, i, false);
		if (c->core->txq[i].stuck)
			set_stuck(c->core, false, i, false);
	}
	return 0;
}

static int
cmd_check(struct cmd *c)
{
	if (!flag(c, "clear"))
		return refuse(c, "check: clear expected");
	COMPLETE(c);
	icc_check_clear(c->core);
	return 0;
}

static int
cmd_help(struct cmd *c)
{
	COMPLETE(c);
	if (c->outlen > 0)
		snprintf(c->out, c->outlen, "%s", help);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct cmd *c);
} commands[] = {
	{ "aq", cmd_aq }, { "arq", cmd_arq }, { "cause", cmd_cause }, { "change", cmd_change },
	{ "check", cmd_check }, { "clear", cmd_clear },
	{ "dma", cmd_dma }, { "event", cmd_event }, { "fault", cmd_fault },
	{ "flap", cmd_flap }, { "help", cmd_help }, { "intr", cmd_intr }, { "link", cmd_link },
	{ "mbx", cmd_mbx }, { "nvm", cmd_nvm }, { "remove", cmd_remove },
	{ "reset", cmd_reset }, { "rxq", cmd_queue }, { "spurious", cmd_spurious },
	{ "stat", cmd_stat }, { "txq", cmd_queue }, { "vf", cmd_vf },
};

int
icc_fault_command(struct ice_core *core, const char *cmd, bool inside,
		  struct icc_fault_check *check, char *out, size_t outlen)
{
	struct cmd c = { .core = core, .inside = inside, .check = check, .out = out,
			 .outlen = outlen };
	char text[256], *at = text, *word;
	size_t len = strlen(cmd);
	unsigned int i;

	if (outlen > 0)
		out[0] = '\0';
	if (len >= sizeof(text))
		return refuse(&c, "the command is too long");
	memcpy(text, cmd, len + 1);
	/* "aq-fail" is "aq fail". */
	if (strncmp(text + strspn(text, " \t"), "aq-", 3) == 0)
		text[strspn(text, " \t") + 2] = ' ';
	while ((at += strspn(at, " \t\r\n")), *at != '\0') {
		word = at;
		at += strcspn(at, " \t\r\n");
		if (*at != '\0')
			*at++ = '\0';
		if (c.n == MAX_WORDS)
			return refuse(&c, "the command has too many words");
		c.w[c.n++] = word;
	}
	if (c.n == 0)
		return refuse(&c, "empty command; try \"help\"");
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(c.w[0], commands[i].name) == 0)
			return commands[i].run(&c);
	return refuse(&c, "\"%s\" is no fault command; try \"help\"", c.w[0]);
}

int
ice_core_fault(struct ice_core *core, const char *cmd, char *out, size_t outlen)
{
	return icc_fault_command(core, cmd, false, NULL, out, outlen);
}
