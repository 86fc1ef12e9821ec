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

#include "ice_core_priv.h"

#define MAX_AQ		16
#define MAX_INTR	16
#define AQ_LOG		4096
#define MAX_WORDS	8
#define FOREVER		UINT64_MAX

static const char help[] =
	"link <lport> up|down|release\n"
	"fault <lport> on|off\n"
	"flap <lport> [count=N] [interval_us=U]\n"
	"event <lport|all> link|reset|vf [data]\n"
	"intr lose|dup|late <vec> [count=N] [us=U]\n"
	"spurious <vec>\n"
	"aq silent|fail|garble|short|oversize|late [op=0xNNNN] [nth=K] [rc=N] [count=N|forever]"
	" [us=N]\n"
	"aq-<kind> 0xNNNN ...: the same\n"
	"aq log [clear]\n"
	"reset pfr|corer|globr|empr [access=K]\n"
	"rxq <q> stuck|ok\n"
	"txq <q> stuck|ok\n"
	"dma fail [count=N]\n"
	"stat <lport> rx_bytes|tx_bytes|rx_uc|tx_uc=<value>\n"
	"remove\n"
	"clear\n"
	"check clear\n";

enum aq_kind { AQ_SILENT, AQ_FAIL, AQ_GARBLE, AQ_SHORT, AQ_OVERSIZE, AQ_LATE, AQ_KINDS };
static const char *const aq_kinds[AQ_KINDS] = {
	"silent", "fail", "garble", "short", "oversize", "late",
};

enum intr_kind { INTR_LOSE, INTR_DUP, INTR_LATE, INTR_KINDS };
static const char *const intr_kinds[INTR_KINDS] = { "lose", "dup", "late" };

struct icc_fault_state {
	struct {
		uint64_t count;		/* commands still to hit; 0: free slot */
		uint64_t skip;		/* matching commands to let pass first */
		uint64_t delay_ns;
		uint16_t opcode;
		bool any;
		uint8_t kind, rc;
	} aq[MAX_AQ];
	uint64_t aq_hits;
	struct {
		uint64_t count, delay_ns;
		uint16_t vec;
		uint8_t kind;
	} intr[MAX_INTR];
	uint64_t intr_hits;
	struct {
		uint64_t toggles;	/* changes still to make; 0: none */
		uint64_t next, interval;
	} flap[ICE_CORE_MAX_PORTS];
	uint64_t dma_fail, dma_hits;
	uint64_t reset_in;		/* accesses until the reset, 0: none */
	enum ice_core_reset reset_kind;
	uint64_t nb_logged;
	struct {
		uint16_t opcode, rc;
	} log[AQ_LOG];
};

int
icc_fault_init(struct ice_core *core)
{
	core->fault = calloc(1, sizeof(*core->fault));
	return core->fault == NULL ? -1 : 0;
}

void
icc_fault_destroy(struct ice_core *core)
{
	free(core->fault);
	core->fault = NULL;
}

/* ---- hooks ---- */

static int
dma_fails(struct ice_core *core)
{
	struct icc_fault_state *f = core->fault;

	if (f->dma_fail == 0)
		return 0;
	if (f->dma_fail != FOREVER)
		f->dma_fail--;
	f->dma_hits++;
	return 1;
}

int
icc_dma_read(struct ice_core *core, uint16_t fn, uint64_t addr, void *buf, size_t len)
{
	if (len == 0)
		return 0;
	if (addr + len < addr || dma_fails(core))
		return -1;
	return core->ops->dma_read(core->opaque, fn, addr, buf, len) == 0 ? 0 : -1;
}

int
icc_dma_write(struct ice_core *core, uint16_t fn, uint64_t addr, const void *buf, size_t len)
{
	if (len == 0)
		return 0;
	if (addr + len < addr || dma_fails(core))
		return -1;
	return core->ops->dma_write(core->opaque, fn, addr, buf, len) == 0 ? 0 : -1;
}

void
icc_fault_aq(struct ice_core *core, uint16_t opcode, struct icc_aq_fault *out)
{
	struct icc_fault_state *f = core->fault;
	unsigned int i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < MAX_AQ; i++) {
		if (f->aq[i].count == 0 || (!f->aq[i].any && f->aq[i].opcode != opcode))
			continue;
		if (f->aq[i].skip > 0) {
			f->aq[i].skip--;
			continue;
		}
		if (f->aq[i].count != FOREVER)
			f->aq[i].count--;
		f->aq_hits++;
		switch ((enum aq_kind)f->aq[i].kind) {
		case AQ_SILENT:
			out->silent = true;
			break;
		case AQ_FAIL:
			out->fail = true;
			out->rc = f->aq[i].rc;
			break;
		case AQ_GARBLE:
			out->garble = true;
			break;
		case AQ_SHORT:
			out->shorten = true;
			break;
		case AQ_OVERSIZE:
			out->oversize = true;
			break;
		default:
			out->delay_ns = f->aq[i].delay_ns;
			break;
		}
	}
}

void
icc_fault_aq_log(struct ice_core *core, uint16_t opcode, uint16_t rc)
{
	struct icc_fault_state *f = core->fault;

	f->log[f->nb_logged % AQ_LOG].opcode = opcode;
	f->log[f->nb_logged % AQ_LOG].rc = rc;
	f->nb_logged++;
}

void
icc_fault_reg(struct ice_core *core)
{
	struct icc_fault_state *f = core->fault;

	if (f->reset_in > 0 && --f->reset_in == 0)
		ice_core_reset(core, f->reset_kind);
}

unsigned int
icc_fault_intr(struct ice_core *core, uint16_t vec, uint64_t *delay_ns)
{
	struct icc_fault_state *f = core->fault;
	unsigned int i;

	*delay_ns = 0;
	for (i = 0; i < MAX_INTR; i++) {
		if (f->intr[i].count == 0 || f->intr[i].vec != vec)
			continue;
		if (f->intr[i].count != FOREVER)
			f->intr[i].count--;
		f->intr_hits++;
		if (f->intr[i].kind == INTR_LATE)
			*delay_ns = f->intr[i].delay_ns;
		return f->intr[i].kind == INTR_LOSE ? 0 : f->intr[i].kind == INTR_DUP ? 2 : 1;
	}
	return 1;
}

uint64_t
icc_fault_timer(struct ice_core *core, uint64_t now)
{
	struct icc_fault_state *f = core->fault;
	uint64_t next = UINT64_MAX;
	unsigned int i;

	for (i = 0; i < core->cfg.nb_ports; i++) {
		if (f->flap[i].toggles == 0)
			continue;
		if (f->flap[i].next <= now) {
			f->flap[i].toggles--;
			f->flap[i].next = now + f->flap[i].interval;
			/* An even number is left after the link came up. */
			core->port[i].force_down = f->flap[i].toggles % 2;
			icc_port_update(core, i);
		}
		if (f->flap[i].toggles > 0 && f->flap[i].next < next)
			next = f->flap[i].next;
	}
	return next;
}

void
icc_fault_json(const struct ice_core *core, struct icc_json *j)
{
	const struct icc_fault_state *f = core->fault;
	unsigned int i, aq = 0, intr = 0;

	for (i = 0; i < MAX_AQ; i++)
		aq += f->aq[i].count > 0;
	for (i = 0; i < MAX_INTR; i++)
		intr += f->intr[i].count > 0;
	icc_json_add(j, "{\"aq_armed\":%u,\"aq_hits\":%llu,\"intr_armed\":%u,\"intr_hits\":%llu,"
		     "\"dma_hits\":%llu}", aq, (unsigned long long)f->aq_hits, intr,
		     (unsigned long long)f->intr_hits, (unsigned long long)f->dma_hits);
}

/* ---- commands ---- */

/* A command cut into words; every option taken is ticked off, so that what
 * is left over is an error. */
struct cmd {
	struct ice_core *core;
	char *w[MAX_WORDS];
	bool used[MAX_WORDS];
	unsigned int n;
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
			*val = FOREVER;
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

/* Has everything been understood? */
static bool
complete(struct cmd *c)
{
	unsigned int i;

	for (i = 1; i < c->n; i++) {
		if (!c->used[i]) {
			refuse(c, "%s: \"%s\" is not understood", c->w[0], c->w[i]);
			return false;
		}
	}
	return true;
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
	if (!complete(c))
		return -1;
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
	if (!complete(c))
		return -1;
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
	if (!opt(c, "count", 1000000, &count) || count == 0 || count == FOREVER ||
	    !opt(c, "interval_us", 60000000, &us) || us == 0)
		return refuse(c, "flap: count 1..1000000 and interval_us 1..60000000 expected");
	if (!complete(c))
		return -1;
	c->core->fault->flap[lport].toggles = 2 * count;
	c->core->fault->flap[lport].interval = us * 1000;
	c->core->fault->flap[lport].next = icc_now(c->core);
	icc_timer_at(c->core, icc_fault_timer(c->core, icc_now(c->core)));
	return 0;
}

static int
cmd_event(struct cmd *c)
{
	static const char *const all[] = { "all" };
	static const char *const types[] = { "link", "reset", "vf" };
	uint64_t lport, data = 0;
	int type;

	if (arg_word(c, 1, all, 1) == 0)
		lport = ICE_MP_LPORT_ALL;
	else if (!arg_lport(c, &lport))
		return -1;
	type = arg_word(c, 2, types, 3);
	if (type < 0)
		return refuse(c, "event: link, reset or vf expected");
	if (c->n > 3 && !arg_num(c, 3, UINT16_MAX, &data))
		return refuse(c, "event: data 0..65535 expected");
	if (!complete(c))
		return -1;
	if (ice_core_inject_event(c->core, lport, type + EVENT_DOORBELL_LINK, data) != 0)
		return refuse(c, "event: the FIFO is full");
	return 0;
}

static int
cmd_intr(struct cmd *c)
{
	uint64_t vec, count = 1, us = 1000;
	int kind = arg_word(c, 1, intr_kinds, INTR_KINDS);
	struct icc_fault_state *f = c->core->fault;
	unsigned int i;

	if (kind < 0)
		return refuse(c, "intr: lose, dup or late expected");
	if (!arg_num(c, 2, c->core->pf.nb_vectors - 1u, &vec))
		return refuse(c, "intr: vector 0..%u expected", c->core->pf.nb_vectors - 1u);
	if (!opt(c, "count", UINT32_MAX, &count) || count == 0 ||
	    !opt(c, "us", 60000000, &us) || us == 0)
		return refuse(c, "intr: count and us are numbers from 1");
	if (!complete(c))
		return -1;
	for (i = 0; i < MAX_INTR && f->intr[i].count > 0; i++)
		;
	if (i == MAX_INTR)
		return refuse(c, "intr: %u faults are armed already", MAX_INTR);
	f->intr[i].kind = kind;
	f->intr[i].vec = c->core->pf.first_vector + vec;
	f->intr[i].delay_ns = us * 1000;
	f->intr[i].count = count;
	return 0;
}

static int
cmd_spurious(struct cmd *c)
{
	uint64_t vec;

	if (!arg_num(c, 1, c->core->pf.nb_vectors - 1u, &vec))
		return refuse(c, "spurious: vector 0..%u expected", c->core->pf.nb_vectors - 1u);
	if (!complete(c))
		return -1;
	c->core->ops->msix(c->core->opaque, ICE_CORE_FN_PF, vec);
	return 0;
}

static int
aq_log(struct cmd *c)
{
	struct icc_fault_state *f = c->core->fault;
	struct icc_json j = { c->out, c->outlen, 0 };
	bool clear = flag(c, "clear");
	uint64_t i;

	if (!complete(c))
		return -1;
	i = f->nb_logged > AQ_LOG ? f->nb_logged - AQ_LOG : 0;
	for (; !clear && i < f->nb_logged; i++)
		icc_json_add(&j, "0x%04x:%u ", f->log[i % AQ_LOG].opcode, f->log[i % AQ_LOG].rc);
	if (clear)
		f->nb_logged = 0;
	return 0;
}

static int
cmd_aq(struct cmd *c)
{
	uint64_t op = 0x10000, nth = 1, rc = ICE_MP_AQ_RC_EIO, count = 1, us = 1000;
	struct icc_fault_state *f = c->core->fault;
	unsigned int i;
	int kind;

	if (c->n > 1 && strcmp(c->w[1], "log") == 0) {
		c->used[1] = true;
		return aq_log(c);
	}
	kind = arg_word(c, 1, aq_kinds, AQ_KINDS);
	if (kind < 0)
		return refuse(c, "aq: silent, fail, garble, short, oversize, late or log expected");
	if (c->n > 2 && isdigit((unsigned char)c->w[2][0]) && !arg_num(c, 2, UINT16_MAX, &op))
		return refuse(c, "aq: \"%s\" is no opcode", c->w[2]);
	if (!opt(c, "op", UINT16_MAX, &op) || !opt(c, "nth", UINT32_MAX, &nth) || nth == 0 ||
	    !opt(c, "rc", UINT8_MAX, &rc) || !opt(c, "count", UINT32_MAX, &count) ||
	    count == 0 || !opt(c, "us", 60000000, &us) || us == 0)
		return refuse(c, "aq: op, nth, rc, count or us is out of range");
	if (kind == AQ_FAIL && rc == ICE_MP_AQ_RC_OK)
		return refuse(c, "aq: rc=0 is no failure");
	if (flag(c, "forever"))
		count = FOREVER;
	if (!complete(c))
		return -1;
	for (i = 0; i < MAX_AQ && f->aq[i].count > 0; i++)
		;
	if (i == MAX_AQ)
		return refuse(c, "aq: %u faults are armed already", MAX_AQ);
	f->aq[i].kind = kind;
	f->aq[i].any = op > UINT16_MAX;
	f->aq[i].opcode = op;
	f->aq[i].skip = nth - 1;
	f->aq[i].rc = rc;
	f->aq[i].delay_ns = us * 1000;
	f->aq[i].count = count;
	return 0;
}

static int
cmd_reset(struct cmd *c)
{
	static const char *const kinds[] = { "pfr", "corer", "globr", "empr" };
	static const enum ice_core_reset what[] = {
		ICE_CORE_RESET_PFR, ICE_CORE_RESET_CORER, ICE_CORE_RESET_GLOBR,
		ICE_CORE_RESET_EMPR,
	};
	uint64_t access = 0;
	int kind = arg_word(c, 1, kinds, 4);

	if (kind < 0)
		return refuse(c, "reset: pfr, corer, globr or empr expected");
	if (!opt(c, "access", UINT32_MAX, &access))
		return refuse(c, "reset: access is a number");
	if (!complete(c))
		return -1;
	c->core->fault->reset_kind = what[kind];
	c->core->fault->reset_in = access;
	if (access == 0)
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
			icc_rxq_tail(core, q, r->tail);
	} else {
		t->stuck = stuck;
		if (!stuck && t->ena)
			icc_txq_doorbell(core, q, t->tail);
	}
}

static int
cmd_queue(struct cmd *c)
{
	static const char *const states[] = { "ok", "stuck" };
	uint64_t q;
	int what;

	if (!arg_num(c, 1, c->core->pf.nb_queues - 1u, &q))
		return refuse(c, "%s: queue 0..%u expected", c->w[0], c->core->pf.nb_queues - 1u);
	what = arg_word(c, 2, states, 2);
	if (what < 0)
		return refuse(c, "%s: stuck or ok expected", c->w[0]);
	if (!complete(c))
		return -1;
	set_stuck(c->core, c->w[0][0] == 'r', q, what == 1);
	return 0;
}

static int
cmd_dma(struct cmd *c)
{
	static const char *const kinds[] = { "fail" };
	uint64_t count = 1;

	if (arg_word(c, 1, kinds, 1) < 0)
		return refuse(c, "dma: fail expected");
	if (!opt(c, "count", UINT32_MAX, &count))
		return refuse(c, "dma: count is a number");
	if (!complete(c))
		return -1;
	c->core->fault->dma_fail = count;
	return 0;
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
	if (!complete(c))
		return -1;
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

static int
cmd_remove(struct cmd *c)
{
	if (!complete(c))
		return -1;
	if (c->core->ops->remove == NULL)
		return refuse(c, "remove: not possible here");
	c->core->ops->remove(c->core->opaque);
	return 0;
}

static int
cmd_clear(struct cmd *c)
{
	struct icc_fault_state *f = c->core->fault;
	unsigned int i;

	if (!complete(c))
		return -1;
	memset(f->aq, 0, sizeof(f->aq));
	memset(f->intr, 0, sizeof(f->intr));
	memset(f->flap, 0, sizeof(f->flap));
	f->dma_fail = 0;
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
	if (!complete(c))
		return -1;
	icc_check_clear(c->core);
	return 0;
}

static int
cmd_help(struct cmd *c)
{
	if (!complete(c))
		return -1;
	if (c->outlen > 0)
		snprintf(c->out, c->outlen, "%s", help);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct cmd *c);
} commands[] = {
	{ "aq", cmd_aq }, { "check", cmd_check }, { "clear", cmd_clear }, { "dma", cmd_dma },
	{ "event", cmd_event }, { "fault", cmd_fault }, { "flap", cmd_flap },
	{ "help", cmd_help }, { "intr", cmd_intr }, { "link", cmd_link },
	{ "remove", cmd_remove }, { "reset", cmd_reset }, { "rxq", cmd_queue },
	{ "spurious", cmd_spurious }, { "stat", cmd_stat }, { "txq", cmd_queue },
};

int
ice_core_fault(struct ice_core *core, const char *cmd, char *out, size_t outlen)
{
	struct cmd c = { .core = core, .out = out, .outlen = outlen };
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
