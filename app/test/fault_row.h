/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_FAULT_ROW_H_
#define _ICE_MP_FAULT_ROW_H_

/**
 * @file
 * A row of the fault table (doc/faults.rst): a script of test/fault and the
 * outcome that is required of the driver. test_fault_table.c has the rows,
 * test_fault_run.c runs one:
 *
 *   four ports, 0:1 and 2:3 wired, all started, pinged; the script starts;
 *   traffic flows on every port all the while; the application makes the
 *   row's call; a fault that has shown itself is mended; what must be told is
 *   told, and nothing else; the counters are
 *   within their bounds; every port the row does not except carries traffic
 *   without any act of the application; every mbuf is back when the ports are
 *   stopped; nothing leaks and the device saw no breach but those named.
 */

#include "test.h"

#define R_PORTS		4
#define R_ALL		0x0F
#define R_LPORT(i)	(1u << (i))

/** What an application can be told. */
enum r_event {
	R_RECOVERING, R_SUCCESS, R_FAILED, R_REMOVED, R_RESET, R_DOWN, R_UP, R_EVENTS,
};

/** Where a counter is. */
enum r_where {
	R_DEV,		/* device state: section, key */
	R_PF,		/* telemetry /ice_mp/pf */
	R_EV,		/* telemetry /ice_mp/events */
	R_XSTAT,	/* xstat `key` of `lport` */
};

/** A counter has grown by min..max since the script began. */
struct r_want {
	enum r_where where;
	const char *section, *key;
	uint8_t lport;
	uint64_t min, max;
};

/** A call of the application; sees the fault. @return what ethdev returned */
typedef int (*r_call_t)(void);

struct r_row {
	const char *name;		/* script: test/fault/<name>.fault */
	const char *mend;		/* command that ends the fault; NULL: ends itself */
	const char *args;		/* further devargs of the sim */
	const struct t_up *up;		/* NULL: plain with LSC */
	r_call_t call;			/* NULL: none */
	int rc;				/* what it must return under the fault */
	uint8_t told[R_EVENTS];		/* lports that must be told */
	uint8_t may[R_EVENTS];		/* others that may be told */
	uint8_t lossless;		/* lports at which every frame arrives */
	uint8_t except;			/* lports that need not work afterwards */
	bool dead;			/* the device is gone: nothing works */
	unsigned int ms;		/* traffic at least so long; 0: 20 */
	struct r_want want[5];
	const char *const *breaches;	/* the fault's own, see t_breaches_are() */
};

#define R_FOREVER	UINT64_MAX
#define R_HITS(family, n)	{ R_DEV, "fault", family "_hits", 0, n, n }
#define R_DEVICE(s, k, a, b)	{ R_DEV, s, k, 0, a, b }
#define R_DRIVER(s, k, a, b)	{ R_PF, s, k, 0, a, b }
#define R_EVENT(s, k, a, b)	{ R_EV, s, k, 0, a, b }
#define R_STAT(l, k, a, b)	{ R_XSTAT, NULL, k, l, a, b }

/** Run a row. Calls beside it may use the fixture. */
int r_run(const struct r_row *row);

#endif /* _ICE_MP_FAULT_ROW_H_ */
