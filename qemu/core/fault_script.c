/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Fault scripts. A line is
 *
 *   [at <time>us|ms|s] <command>           after this time
 *   [after <n> access|aq|tx|rx] <command>  after this many register accesses,
 *                                          AdminQ commands, frames sent or
 *                                          received
 *
 * both counted from the start of the script; without either, at once. What is
 * behind # is a comment. Lines that are due together run in the order of the
 * file. What happens within one entry of the core is seen at the next one, so
 * that a line never runs in the middle of a command or of a frame.
 */

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault_priv.h"

#define MAX_WAITING	1024
#define MAX_LINE	255
#define BLANK		" \t\r"

enum trigger { AT, AFTER_ACCESS, AFTER_AQ, AFTER_TX, AFTER_RX };

static const struct {
	const char *word;
	enum trigger trigger;
} counted[] = {
	{ "access", AFTER_ACCESS }, { "aq", AFTER_AQ }, { "tx", AFTER_TX }, { "rx", AFTER_RX },
};

static const struct {
	const char *word;
	uint64_t ns;
} units[] = {
	{ "us", 1000 }, { "ms", 1000000 }, { "s", 1000000000 },
};

/* What a trigger compares with. */
static uint64_t
reading(const struct ice_core *core, enum trigger trigger, uint64_t now)
{
	switch (trigger) {
	case AT:
		return now;
	case AFTER_ACCESS:
		return core->fault->accesses;
	case AFTER_AQ:
		return core->fault->nb_logged;
	case AFTER_TX:
		return core->frames_tx;
	default:
		return core->frames_rx;
	}
}

static int __attribute__((format(printf, 4, 5)))
refuse(char *out, size_t outlen, unsigned int number, const char *fmt, ...)
{
	int n = outlen > 0 ? snprintf(out, outlen, "line %u: ", number) : 0;
	va_list ap;

	if (n > 0 && (size_t)n < outlen) {
		va_start(ap, fmt);
		vsnprintf(out + n, outlen - n, fmt, ap);
		va_end(ap);
	}
	return -1;
}

/* The word at *at, which moves behind it and what follows. @return its length */
static size_t
word(const char **at, const char **w)
{
	size_t len;

	*w = *at;
	len = strcspn(*at, BLANK);
	*at += len;
	*at += strspn(*at, BLANK);
	return len;
}

static bool
is(const char *w, size_t len, const char *what)
{
	return len == strlen(what) && memcmp(w, what, len) == 0;
}

/* Digits, then `unit`. */
static bool
number(const char *w, size_t len, uint64_t *val, const char **unit, size_t *unit_len)
{
	char *end;

	if (len == 0 || !isdigit((unsigned char)*w))
		return false;
	errno = 0;
	*val = strtoull(w, &end, 10);
	*unit = end;
	*unit_len = w + len - end;
	return errno == 0;
}

/* Take the trigger off the front of a line.
 * @return NULL, or what is wrong with it */
static const char *
take_trigger(const char **at, enum trigger *trigger, uint64_t *when)
{
	const char *rest = *at, *w, *unit;
	size_t len = word(&rest, &w), unit_len;
	unsigned int i;

	*trigger = AT;
	*when = 0;
	if (is(w, len, "at")) {
		len = word(&rest, &w);
		if (!number(w, len, when, &unit, &unit_len))
			return "at: a time such as 20ms expected";
		for (i = 0; i < 3 && !is(unit, unit_len, units[i].word); i++)
			;
		if (i == 3)
			return "at: a time in us, ms or s expected";
		if (*when > 86400ull * 1000000000 / units[i].ns)
			return "at: later than a day";
		*when *= units[i].ns;
	} else if (is(w, len, "after")) {
		len = word(&rest, &w);
		if (!number(w, len, when, &unit, &unit_len) || unit_len != 0 || *when == 0 ||
		    *when > INT64_MAX)
			return "after: a number from 1 expected";
		len = word(&rest, &w);
		for (i = 0; i < 4 && !is(w, len, counted[i].word); i++)
			;
		if (i == 4)
			return "after: access, aq, tx or rx expected";
		*trigger = counted[i].trigger;
	} else {
		return NULL;
	}
	*at = rest;
	return NULL;
}

/* Text of the next line without comment and blanks around it, "" when there
 * is nothing in it. @return false: no more lines; *len > MAX_LINE: too long */
static bool
next_line(const char **text, const char **line, size_t *len)
{
	const char *end;

	if (**text == '\0')
		return false;
	end = *text + strcspn(*text, "\n");
	*line = *text + strspn(*text, BLANK);
	*text = *end == '\0' ? end : end + 1;
	if (*line > end)
		*line = end;
	*len = end - *line;
	if (memchr(*line, '#', *len) != NULL)
		*len = (const char *)memchr(*line, '#', *len) - *line;
	while (*len > 0 && strchr(BLANK, (*line)[*len - 1]) != NULL)
		(*len)--;
	return true;
}

static void
free_lines(struct icc_script_line *l)
{
	struct icc_script_line *next;

	for (; l != NULL; l = next) {
		next = l->next;
		free(l);
	}
}

/* Parse a script into a list of lines, each of which is understood.
 * @return how many, -1: refused */
static int
parse(struct ice_core *core, const char *text, struct icc_script_line **list, char *out,
      size_t outlen)
{
	struct icc_script_line *l, **tail = list;
	struct icc_fault_check check = { { 0 } };
	unsigned int nb = 0, count = 0;
	char line[MAX_LINE + 1], reason[128];
	enum trigger trigger;
	const char *at, *why;
	uint64_t when;
	size_t len;

	*list = NULL;
	while (next_line(&text, &at, &len)) {
		nb++;
		if (len == 0)
			continue;
		if (len > MAX_LINE) {
			refuse(out, outlen, nb, "longer than %u characters", MAX_LINE);
			goto bad;
		}
		memcpy(line, at, len);
		line[len] = '\0';
		at = line;
		why = take_trigger(&at, &trigger, &when);
		if (why != NULL) {
			refuse(out, outlen, nb, "%s", why);
			goto bad;
		}
		if (icc_fault_command(core, at, true, &check, reason, sizeof(reason)) != 0) {
			refuse(out, outlen, nb, "%s", reason);
			goto bad;
		}
		if (core->fault->script_waiting + ++count > MAX_WAITING) {
			refuse(out, outlen, nb, "more than %u lines wait", MAX_WAITING);
			goto bad;
		}
		l = malloc(sizeof(*l) + strlen(at) + 1);
		if (l == NULL) {
			refuse(out, outlen, nb, "out of memory");
			goto bad;
		}
		strcpy(l->cmd, at);
		l->number = nb;
		l->trigger = trigger;
		l->when = when;
		l->next = NULL;
		*tail = l;
		tail = &l->next;
	}
	return (int)count;
bad:
	free_lines(*list);
	*list = NULL;
	return -1;
}

static void
failed(struct icc_fault_state *f, unsigned int number, const char *reason)
{
	char *c;

	f->script_errors++;
	if (f->script_errors > 1)
		return;
	snprintf(f->script_error, sizeof(f->script_error), "line %u: %s", number, reason);
	/* It becomes a part of a JSON text. */
	for (c = f->script_error; *c != '\0'; c++)
		if (*c == '"' || *c == '\\' || (unsigned char)*c < 0x20)
			*c = '\'';
}

uint64_t
icc_script_poll(struct ice_core *core, uint64_t now)
{
	struct icc_fault_state *f = core->fault;
	struct icc_script_line *l, **at;
	uint64_t next = UINT64_MAX;
	char reason[128];

	/* A command can raise what another line waits for, but none of them
	 * comes back here. */
	for (at = &f->script; (l = *at) != NULL; ) {
		if (reading(core, l->trigger, now) < l->when) {
			if (l->trigger == AT && l->when < next)
				next = l->when;
			at = &l->next;
			continue;
		}
		*at = l->next;
		f->script_waiting--;
		f->script_run++;
		if (icc_fault_command(core, l->cmd, true, NULL, reason, sizeof(reason)) != 0) {
			failed(f, l->number, reason);
			icc_log(core, "fault script: line %u: %s", l->number, reason);
		}
		free(l);
	}
	if (f->script == NULL)
		core->fault_on &= ~ICC_FAULT_SCRIPT;
	return next;
}

void
icc_script_stop(struct ice_core *core)
{
	struct icc_fault_state *f = core->fault;

	free_lines(f->script);
	f->script = NULL;
	f->script_waiting = 0;
	core->fault_on &= ~ICC_FAULT_SCRIPT;
}

int
ice_core_fault_script(struct ice_core *core, const char *text, char *out, size_t outlen)
{
	struct icc_fault_state *f = core->fault;
	struct icc_script_line *list, *l, **tail;
	uint64_t now = icc_now(core), next;
	int count;

	if (outlen > 0)
		out[0] = '\0';
	count = parse(core, text, &list, out, outlen);
	if (count < 0)
		return -1;
	for (l = list; l != NULL; l = l->next)
		l->when += reading(core, l->trigger, now);
	for (tail = &f->script; *tail != NULL; tail = &(*tail)->next)
		;
	*tail = list;
	f->script_waiting += count;
	if (f->script == NULL)
		return 0;
	core->fault_on |= ICC_FAULT_SCRIPT;
	next = icc_script_poll(core, now);
	if (next != UINT64_MAX)
		icc_timer_at(core, next);
	return 0;
}
