/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_TEST_H_
#define _ICE_MP_TEST_H_

/**
 * @file
 * The autotests' frame: cases in tables, one table per subject, and what the
 * cases share. Every case starts on a freshly probed device of the size its
 * table entry asks for and ends with that device removed; the runner then
 * checks that nothing is left behind (ethdevs, mbufs, memory, threads, fds)
 * and that the device saw no breach of contract.
 *
 * On hardware or in a VM there is no sim: the device is the one EAL probed,
 * cases that need the sim are skipped and counted.
 *
 * A case returns 0, or -1 after a failed T_CHECK. Cases run on the main lcore.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_mbuf.h>

#define T_MAX_PORTS	8
#define T_DEV		"ice_mp_sim0"
#define T_DEV_OTHER	"ice_mp_sim1"
#define T_WAIT_MS	3000	/* for things that take microseconds */
#define T_MAX_FRAME	9728
#define T_ETHERTYPE	0x88B5

/* What a case needs. */
#define T_SIM		0x01	/* the sim's API */
#define T_WIRED		0x02	/* ports joined in pairs (0:1 2:3 …), one port: to itself */
#define T_BREACH	0x04	/* the case provokes breaches of contract, and checks which */
#define T_BARE		0x08	/* no device: the case probes for itself */
#define T_AVX2		0x10	/* a CPU with it */
#define T_AVX512	0x20

struct t_case {
	const char *name;
	int (*run)(void);
	uint8_t ports;		/* of the device; at least, where there is no sim */
	uint8_t flags;
	const char *args;	/* further devargs of the sim */
};

struct t_suite {
	const char *name;
	const struct t_case *cases;
	unsigned int nb;
};

#define T_SUITE(sname, table) \
	const struct t_suite suite_ ## sname = { #sname, table, RTE_DIM(table) }

/** The device under test; valid while a case runs. */
struct t_fixture {
	bool sim;		/* the sim's API is there */
	bool attached;
	uint8_t nb;
	uint16_t id[T_MAX_PORTS];	/* DPDK port id by lport */
	struct rte_mempool *pool;	/* 2 KiB data room */
	struct rte_mempool *big;	/* one mbuf holds any frame */
};
extern struct t_fixture F;

/** The sim's calls (ice_mp_sim.h), found at run time. */
struct t_sim_api {
	int (*fault)(const char *, const char *, char *, size_t);
	int (*fault_script)(const char *, const char *, char *, size_t);
	int (*query)(const char *, char *, size_t);
	int64_t (*violations)(const char *);
	int (*reg_read)(const char *, uint32_t, uint32_t *);
	int (*reg_write)(const char *, uint32_t, uint32_t);
	int (*inject_event)(const char *, uint8_t, uint8_t, uint16_t);
	int (*inject_rx)(const char *, uint8_t, const void *, size_t);
	int (*capture)(const char *, uint8_t, unsigned int);
	int (*collect_tx)(const char *, uint8_t, void *, size_t);
	int (*vf_enable)(const char *, uint16_t);
	int (*vf_reg_read)(const char *, uint16_t, uint32_t, uint32_t *);
	int (*vf_reg_write)(const char *, uint16_t, uint32_t, uint32_t);
	int (*vf_flr)(const char *, uint16_t);
	int (*vf_grant)(const char *, uint16_t, void *, size_t);
	int (*vf_revoke)(const char *, uint16_t);
	int (*vf_msix)(const char *, uint16_t, uint16_t, uint64_t *);
	int64_t (*fn_violations)(const char *, uint16_t);
	int (*fn_digest)(const char *, uint16_t, uint64_t *);
};
extern struct t_sim_api sim;

/** The case that runs. */
extern const struct t_case *t_current;

/** The driver's event counters (ice_mp_event.h), found at run time. */
struct ice_mp_event_counters;
extern int (*t_event_counters)(uint16_t port_id, struct ice_mp_event_counters *out);

/** The driver's port options (rte_pmd_ice_mp.h), found at run time. */
struct rte_pmd_ice_mp_port_options;
extern int (*t_port_options_get)(uint16_t port_id, struct rte_pmd_ice_mp_port_options *options);
extern int (*t_port_option_set)(uint16_t port_id, uint8_t option);

/* ---- failing ---- */

/** Record why the running case fails; the first reason is kept. @return -1 */
int t_fail(const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
const char *t_reason(void);
void t_reason_clear(void);

#define T_FAIL(...) return t_fail(__FILE__, __LINE__, __VA_ARGS__)
#define T_CHECK(cond, ...) do { \
	if (!(cond)) \
		return t_fail(__FILE__, __LINE__, __VA_ARGS__); \
} while (0)
#define T_TRY(call) do { \
	if ((call) != 0) \
		return t_fail(__FILE__, __LINE__, "%s", #call); \
} while (0)
/** a == b, both shown as signed numbers. */
#define T_EQ(a, b) do { \
	int64_t a_ = (int64_t)(a), b_ = (int64_t)(b); \
	if (a_ != b_) \
		return t_fail(__FILE__, __LINE__, "%s is %lld, expected %lld (%s)", #a, \
			      (long long)a_, (long long)b_, #b); \
} while (0)
/** Wait until cond, at most ms. */
#define T_WAIT(cond, ms, ...) do { \
	uint64_t end_ = t_now_ms() + (ms); \
	while (!(cond)) { \
		if (t_now_ms() > end_ && !(cond)) \
			return t_fail(__FILE__, __LINE__, __VA_ARGS__); \
		t_pause(); \
	} \
} while (0)

uint64_t t_now_ms(void);
/** Give way for some ten microseconds. */
void t_pause(void);

/* ---- device (test_util.c) ---- */

/** Devargs of a wired or unwired sim with `ports` ports. */
void t_devargs(char *buf, size_t len, unsigned int ports, bool wired, const char *more);
/** Probe sim `name`. @return the bus's code */
int t_probe(const char *name, const char *args);
int t_remove(const char *name);
/** Fill F from the ethdevs of the device. @return number of ports */
unsigned int t_discover(const char *name);
/** ethdevs of device `name` right now. */
unsigned int t_count_ethdevs(const char *name);

/** How to bring a port up; zero means default. */
struct t_up {
	uint16_t rxq, txq;		/* 1 */
	uint16_t rxd, txd;		/* 256 */
	uint16_t mtu;			/* 1500 */
	uint64_t rx_offloads, tx_offloads;
	uint64_t rss_hf;
	struct rte_mempool *pool;	/* F.pool */
	bool rxq_intr, lsc;
	bool rx_deferred, tx_deferred;
	bool no_start;
};
/** Configure, set up queues and start; waits for link when it is to be up. */
int t_up(uint8_t lport, const struct t_up *how);
int t_up_all(const struct t_up *how);
int t_down(uint8_t lport);
int t_wait_link(uint8_t lport, bool up);
/** The other end of a port's wire. */
static inline uint8_t
t_peer(uint8_t lport)
{
	return F.nb == 1 ? 0 : lport ^ 1;
}

/** Leak accounting. */
struct t_usage {
	unsigned int ethdevs, fds, threads;
	uint64_t blocks;	/* of EAL memory; its bytes depend on fragmentation */
	unsigned int mbufs;
};
void t_usage_get(struct t_usage *u);
/** Compare with now; waits a moment for threads to end. */
int t_usage_check(const struct t_usage *before);

/* ---- frames (test_frame.c) ---- */

/** Fill a frame of `len` bytes: addresses of the ports, T_ETHERTYPE, seq, and
 * content that follows from seq. */
void t_frame(uint8_t *buf, size_t len, uint8_t from, uint8_t to, uint32_t seq);
/** As t_frame, but IPv4 (v6: IPv6) + UDP or TCP with right checksums. The
 * ports follow from seq. */
enum t_l4 { T_UDP, T_TCP };
void t_ip_frame(uint8_t *buf, size_t len, uint8_t from, uint8_t to, uint32_t seq, bool v6,
		enum t_l4 l4);
/** Put bytes into an mbuf chain of at most seg_len bytes a piece (0: one).
 * NULL: pool is empty. */
struct rte_mbuf *t_mbuf(struct rte_mempool *pool, const uint8_t *data, size_t len,
			size_t seg_len);
/** Copy a chain out. @return its length */
size_t t_mbuf_read(const struct rte_mbuf *m, uint8_t *buf, size_t len);
/** Send all of them, waiting for room. The mbufs are gone either way. */
int t_send(uint8_t lport, uint16_t queue, struct rte_mbuf **m, unsigned int nb);
/** Send one frame given as bytes. */
int t_send_bytes(uint8_t lport, const uint8_t *data, size_t len);
/** Receive until nb are there or ms have passed. @return how many */
unsigned int t_recv(uint8_t lport, uint16_t queue, struct rte_mbuf **m, unsigned int nb,
		    unsigned int ms);
/** Receive one frame as bytes. @return length, 0: none came */
size_t t_recv_bytes(uint8_t lport, uint8_t *buf, size_t len, unsigned int ms);
/** Time stamp of a received frame, 0: it has none (test_long.c). */
uint64_t t_stamp(const struct rte_mbuf *m);
/** Nothing arrives at this port for some milliseconds. */
int t_recv_none(uint8_t lport);
/** Frames of min..max bytes from one port to another, `burst` at a time, in
 * pieces of seg_len, each compared bit by bit. */
struct t_flow {
	uint32_t nb;
	size_t min, max;	/* sizes cycle through the range by `step` */
	size_t step;		/* 1 */
	unsigned int burst;	/* 32 */
	size_t seg_len;
	struct rte_mempool *pool;
};
int t_flow_run(uint8_t from, uint8_t to, const struct t_flow *flow);
/** A handful of frames both ways over the wire of a port. */
int t_ping(uint8_t lport);

/* ---- events and inspection (test_util.c) ---- */

/** No callback of this any more (id: RTE_ETH_ALL: of any port, also of those that
 * were closed). One that runs at this moment is waited for, as ethdev does not. */
void t_unregister(uint16_t id, enum rte_eth_event_type type, rte_eth_dev_cb_fn fn, void *arg);

/** Counts of RTE_ETH_EVENT_INTR_LSC by lport; same: of those that told the state
 * the one before had told. */
struct t_lsc {
	unsigned int up[T_MAX_PORTS], down[T_MAX_PORTS], same[T_MAX_PORTS];
};
int t_lsc_watch(void);
void t_lsc_unwatch(void);
void t_lsc_get(struct t_lsc *out);
/** All callbacks so far. */
unsigned int t_lsc_total(void);

/** Run a fault command, printf-like; failing fails the case. */
int t_fault(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/** A number of the device's JSON state: the first "key" after "section".
 * name NULL: the device removed last. @return -1: not there */
int64_t t_state(const char *name, const char *section, const char *key);
/** Each breach of the device removed last is among those known.
 * @param known  how the checker's "reason: detail" begins; NULL at the end */
int t_breaches_are(const char *const *known);
/** The driver's telemetry answer to `cmd` (with parameters), this thread's until
 * it asks again. "": none */
const char *t_telemetry_text(const char *cmd);
/** A number of the driver's telemetry answer to `cmd` (with parameters). */
int64_t t_telemetry(const char *cmd, const char *section, const char *key);
/** xstat by name. @return false: no such name */
bool t_xstat(uint8_t lport, const char *name, uint64_t *val);

/* ---- resets of the device (test_reset_util.c) ---- */

/** Time CORER, GLOBR and EMPR take in sweeps. */
#define T_RESET_US	5000

/** Register accesses of the device so far. */
int64_t t_accesses(void);
/** Recoveries the driver has to its name. */
int64_t t_recoveries(void);
/** Count what each port is told of recoveries. */
int t_reset_watch(void);
void t_reset_unwatch(void);
/** Each port has been told of each of nb recoveries, before and after. */
int t_reset_told(int64_t nb);
/** Step of a sweep over nb with at most `most` of them. ICE_MP_TEST_FULL=1 in
 * the environment: 1; ICE_MP_TEST_SHORT: fewer. */
unsigned int t_sweep_step(int64_t nb, unsigned int most);

#endif /* _ICE_MP_TEST_H_ */
