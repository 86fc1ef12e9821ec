/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * The contract checker: what the driver did that no driver may do.
 */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ice_core_priv.h"

static const char *const reasons[ICC_BR_COUNT] = {
	[ICC_BR_REG_UNKNOWN] = "access to an offset that is no register",
	[ICC_BR_REG_SIZE] = "register access of a wrong size or alignment",
	[ICC_BR_REG_RO] = "write to a read-only register",
	[ICC_BR_RX_TAIL] = "Rx tail beyond the ring",
	[ICC_BR_RX_DISABLED] = "doorbell of an Rx queue that is not enabled",
	[ICC_BR_RX_CTX_LIVE] = "Rx context written while the queue is enabled",
	[ICC_BR_RX_CTX] = "Rx context with impossible values",
	[ICC_BR_RX_DESC] = "bad Rx descriptor",
	[ICC_BR_RX_DMA] = "Rx ring or buffer outside granted memory",
	[ICC_BR_TX_TAIL] = "Tx tail beyond the ring",
	[ICC_BR_TX_DISABLED] = "doorbell of a Tx queue that is not enabled",
	[ICC_BR_TX_CTX] = "Tx context with impossible values",
	[ICC_BR_TX_DESC] = "bad Tx descriptor",
	[ICC_BR_TX_DMA] = "Tx ring or buffer outside granted memory",
	[ICC_BR_AQ_RING] = "control queue tail or length out of range",
	[ICC_BR_AQ_DESC] = "misuse of a control queue descriptor",
	[ICC_BR_AQ_DMA] = "control queue ring or buffer outside granted memory",
	[ICC_BR_AQ_PARAM] = "AdminQ command on an object that is not there",
	[ICC_BR_INT_NO_CAUSE] = "vector enabled that no cause can raise",
	[ICC_BR_INT_VECTOR] = "vector beyond the function's",
};

static const char *
reason(unsigned int what)
{
	return what < ICC_BR_COUNT && reasons[what] != NULL ? reasons[what] : "other";
}

void
icc_log(struct ice_core *core, const char *fmt, ...)
{
	char line[256];
	va_list ap;
	char *c;

	if (core->ops->log == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	/* Some of the text is the driver's. */
	for (c = line; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	core->ops->log(core->opaque, line);
}

/* A reset takes the queues away under a driver that may not have heard of it
 * yet: it rings their doorbells, and is in the middle of setting one up. That
 * is over when it sets up its AdminQ, with which everything begins anew. */
static bool
excused(enum icc_breach what)
{
	return what == ICC_BR_AQ_RING || what == ICC_BR_RX_DISABLED ||
	       what == ICC_BR_TX_DISABLED || what == ICC_BR_RX_CTX;
}

/* Bus mastering was taken from under queues that are on: see ops.bus_master. */
static bool
cut_off(const struct ice_core *core, uint16_t fn, enum icc_breach what)
{
	return (what == ICC_BR_RX_DMA || what == ICC_BR_TX_DMA || what == ICC_BR_AQ_DMA) &&
	       core->ops->bus_master != NULL && !core->ops->bus_master(core->opaque, fn);
}

static void __attribute__((format(printf, 4, 0)))
record(struct ice_core *core, uint16_t fn, enum icc_breach what, const char *fmt, va_list ap)
{
	struct icc_vf *vf = fn != ICE_CORE_FN_PF ? &core->vf[fn - ICE_CORE_FN_VF(0)] : NULL;
	char *text, *c;
	int n = 0;

	if ((unsigned int)what >= ICC_BR_COUNT)
		return;
	if (((vf != NULL ? vf->unaware : core->unaware) && excused(what)) ||
	    cut_off(core, fn, what)) {
		*(vf != NULL ? &vf->nb_unaware : &core->nb_unaware) += 1;
		return;
	}
	core->breach[what]++;
	core->breach_total++;
	*(vf != NULL ? &vf->breaches : &core->pf_breaches) += 1;
	/* A guest must not be able to fill the embedder's log. */
	if (vf != NULL ? core->nb_vf_details == ICC_VF_DETAILS :
			 core->nb_details - core->nb_vf_details == ICC_PF_DETAILS)
		return;
	core->nb_vf_details += vf != NULL;
	text = core->detail[core->nb_details].text;
	core->detail[core->nb_details].what = what;
	core->detail[core->nb_details].fn = fn;
	if (vf != NULL)
		n = snprintf(text, sizeof(core->detail[0].text), "VF %u: ",
			     fn - ICE_CORE_FN_VF(0));
	vsnprintf(text + n, sizeof(core->detail[0].text) - n, fmt, ap);
	for (c = text; *c != '\0'; c++)
		if (*c < ' ' || *c > '~' || *c == '"' || *c == '\\')
			*c = '?';
	core->nb_details++;
	icc_log(core, "breach: %s: %s", reason(what), text);
}

void
icc_breach(struct ice_core *core, enum icc_breach what, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	record(core, ICE_CORE_FN_PF, what, fmt, ap);
	va_end(ap);
}

void
icc_breach_fn(struct ice_core *core, uint16_t fn, enum icc_breach what, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	record(core, fn, what, fmt, ap);
	va_end(ap);
}

uint64_t
ice_core_violations(const struct ice_core *core)
{
	return core->breach_total;
}

uint64_t
ice_core_fn_violations(const struct ice_core *core, uint16_t fn)
{
	if (fn == ICE_CORE_FN_PF)
		return core->pf_breaches;
	fn -= ICE_CORE_FN_VF(0);
	return fn < core->cfg.nb_vfs ? core->vf[fn].breaches : 0;
}

void
icc_check_clear(struct ice_core *core)
{
	unsigned int i;

	memset(core->breach, 0, sizeof(core->breach));
	core->breach_total = 0;
	core->pf_breaches = 0;
	core->nb_unaware = 0;
	core->nb_details = 0;
	core->nb_vf_details = 0;
	for (i = 0; i < core->cfg.nb_vfs; i++) {
		core->vf[i].breaches = 0;
		core->vf[i].nb_unaware = 0;
	}
}

void
icc_json_add(struct icc_json *j, const char *fmt, ...)
{
	bool room = j->at < j->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(room ? j->buf + j->at : NULL, room ? j->len - j->at : 0, fmt, ap);
	va_end(ap);
	if (n > 0)
		j->at += n;
}

/* Whose they are: the PF's, and those of each VF that has any. */
static void
vf_totals(const struct ice_core *core, struct icc_json *j)
{
	const char *sep = "";
	unsigned int i;

	icc_json_add(j, "\"pf\":%llu,\"vfs\":[", (unsigned long long)core->pf_breaches);
	for (i = 0; i < core->cfg.nb_vfs; i++) {
		if (core->vf[i].breaches == 0)
			continue;
		icc_json_add(j, "%s{\"vf\":%u,\"total\":%llu}", sep, i,
			     (unsigned long long)core->vf[i].breaches);
		sep = ",";
	}
	icc_json_add(j, "],");
}

void
icc_check_json(const struct ice_core *core, struct icc_json *j)
{
	const char *sep = "";
	unsigned int i;

	icc_json_add(j, "{\"total\":%llu,\"unaware\":%llu,",
		     (unsigned long long)core->breach_total,
		     (unsigned long long)core->nb_unaware);
	if (core->cfg.nb_vfs > 0)
		vf_totals(core, j);
	icc_json_add(j, "\"reasons\":[");
	for (i = 0; i < ICC_BR_COUNT; i++) {
		if (core->breach[i] == 0)
			continue;
		icc_json_add(j, "%s{\"reason\":\"%s\",\"count\":%llu}", sep, reason(i),
			     (unsigned long long)core->breach[i]);
		sep = ",";
	}
	icc_json_add(j, "],\"details\":[");
	for (i = 0; i < core->nb_details; i++)
		icc_json_add(j, "%s\"%s: %s\"", i > 0 ? "," : "", reason(core->detail[i].what),
			     core->detail[i].text);
	icc_json_add(j, "]}");
}
