/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Every mailbox of every VF is full all the time: each message is answered, in
 * order, to whom it is; ports forward as before, and events of ports are heard.
 * Under "icemp soak" long, and its figures are judged.
 */

#include <pthread.h>
#include <unistd.h>

#include <rte_lcore.h>

#include "ice_mp_event.h"
#include "ice_mp_ext.h"
#include "soak.h"
#include "vf_client.h"

#define MBX		16
/* Unanswered messages of a VF: as many answers as its ring can take. */
#define WINDOW		(MBX - 2)
#define MAX_ROUNDS	1024
#define MAX_LATENCIES	20000
/* The clients share CPUs and the device's lock with what is measured, which is the
 * bench's doing. Their rings last longer than this: the PF is always behind. */
#define SWEEP_US	5000

struct flooder {
	uint32_t sent, got;	/* messages, answers */
	unsigned int refused;	/* no room in its ATQ: the PF is behind */
};

static struct {
	struct soak soak;
	uint16_t nb;
	pthread_t thread;
	bool on, off, failed;	/* by main: flood, end; a wrong answer */
	uint64_t open;		/* messages without an answer, after each sweep */
	char why[200];
	struct flooder vf[ICE_MP_HW_MAX_VFS];
} W;

static bool
flag(const bool *at)
{
	return __atomic_load_n(at, __ATOMIC_SEQ_CST);
}

static void
set(bool *at, bool to)
{
	__atomic_store_n(at, to, __ATOMIC_SEQ_CST);
}

/* The nth message of a VF: now and then one that has to be executed, otherwise one
 * that nobody knows and that names the VF and n. */
static uint32_t
op_of(uint16_t vf, uint32_t n)
{
	return n % 8 == 7 ? ICE_MP_VC_GET_STATS :
	       n % 8 == 3 ? ICE_MP_VC_GET_RSS_HENA_CAPS :
	       0x80000000u | (uint32_t)vf << 20 | (n & 0xFFFFF);
}

static void
wrong(uint16_t vf, const char *what, uint32_t a, uint32_t b)
{
	if (flag(&W.failed))
		return;
	snprintf(W.why, sizeof(W.why), "VF %u: %s: 0x%x, 0x%x expected", vf, what, a, b);
	set(&W.failed, true);
}

static void
answers(uint16_t vf)
{
	struct flooder *f = &W.vf[vf];
	struct vfc *c = vfc_of(vf);

	while (vfc_recv(c, &c->msg, 0) == 0) {
		uint32_t want = op_of(vf, f->got);

		if (c->msg.op == ICE_MP_VC_EVENT) {
			vfc_noted(c, &c->msg);
			continue;
		}
		if (c->msg.op != want)
			wrong(vf, "another answer", c->msg.op, want);
		else if (want & 0x80000000u && c->msg.status != ICE_MP_VC_ERR_NOT_SUPPORTED)
			wrong(vf, "status", c->msg.status, ICE_MP_VC_ERR_NOT_SUPPORTED);
		else if (!(want & 0x80000000u) && c->msg.status != ICE_MP_VC_OK)
			wrong(vf, "status", c->msg.status, ICE_MP_VC_OK);
		f->got++;
	}
}

static void
messages(uint16_t vf)
{
	static const struct ice_mp_vc_queue_select sel = { .vsi_id = VFC_VSI };
	struct flooder *f = &W.vf[vf];
	uint32_t op;

	while (f->sent - f->got < WINDOW) {
		op = op_of(vf, f->sent);
		if (vfc_send(vfc_of(vf), op, &sel,
			     op == ICE_MP_VC_GET_RSS_HENA_CAPS ? 0 : sizeof(sel)) != 0) {
			f->refused++;
			return;
		}
		f->sent++;
	}
}

static void *
flood_main(void *arg __rte_unused)
{
	while (!flag(&W.off)) {
		bool on = flag(&W.on);
		uint64_t open = 0;
		uint16_t vf;

		for (vf = 0; vf < W.nb; vf++) {
			struct flooder *f = &W.vf[vf];
			uint32_t done = f->sent + f->got;

			answers(vf);
			if (on)
				messages(vf);
			if (f->sent + f->got != done)
				vfc_flush(vfc_of(vf));
			open += f->sent - f->got;
		}
		__atomic_store_n(&W.open, open, __ATOMIC_SEQ_CST);
		usleep(SWEEP_US);
	}
	return NULL;
}

/* The flood begins: every mailbox is full. It ends: everything is answered. */
static int
flood_set(bool on)
{
	set(&W.on, on);
	T_WAIT(on ? __atomic_load_n(&W.open, __ATOMIC_SEQ_CST) >= W.nb * WINDOW / 2 :
		    __atomic_load_n(&W.open, __ATOMIC_SEQ_CST) == 0, 4 * T_WAIT_MS,
	       "%llu messages of %u VFs are not answered",
	       (unsigned long long)__atomic_load_n(&W.open, __ATOMIC_SEQ_CST), W.nb);
	T_CHECK(!flag(&W.failed), "%s", W.why);
	return 0;
}

/* ---- what it is to others ---- */

/* From an event of a port until the engine has taken it, microseconds. */
static int
latency(uint8_t lport, uint64_t *us)
{
	struct ice_mp_event_counters c;
	uint64_t before, t0;

	T_EQ(t_event_counters(F.id[lport], &c), 0);
	before = c.src[ICE_MP_SRC_DOORBELL].received;
	t0 = soak_us();
	T_EQ(sim.inject_event(T_DEV, lport, EVENT_DOORBELL_LINK, 0), 0);
	T_WAIT(t_event_counters(F.id[lport], &c) == 0 &&
	       c.src[ICE_MP_SRC_DOORBELL].received > before, T_WAIT_MS,
	       "an event of lport %u is not heard", lport);
	*us = soak_us() - t0;
	return 0;
}

static int
rounds(uint64_t *permille, unsigned int *nb, uint64_t *us, unsigned int *nb_us, double sum[2])
{
	unsigned int flood_ms = W.soak.longrun ? 1000 : 100, calm_ms = flood_ms / 2, r, k;
	double calm, flood, before;

	T_TRY(soak_circulate(0));
	T_TRY(soak_forward(0, calm_ms, &before));
	for (r = 0; r < MAX_ROUNDS && soak_time(&W.soak) && r < W.soak.count; r++) {
		double after;

		T_TRY(flood_set(true));
		T_TRY(soak_forward(0, flood_ms, &flood));
		for (k = 0; k < 8 && *nb_us < MAX_LATENCIES; k++)
			T_TRY(latency((r + k) % F.nb, &us[(*nb_us)++]));
		T_TRY(flood_set(false));
		T_TRY(soak_forward(0, calm_ms, &after));
		calm = (before + after) / 2;
		before = after;
		permille[r] = calm > 0 ? flood * 1000 / calm : 0;
		sum[0] += calm;
		sum[1] += flood;
	}
	*nb = r;
	return soak_take_out(0);
}

/* Every message has been answered. */
static int
settled(void)
{
	uint16_t vf;

	for (vf = 0; vf < W.nb; vf++) {
		struct vfc *c = vfc_of(vf);

		c->lazy = false;
		T_WAIT((answers(vf), W.vf[vf].got == W.vf[vf].sent), T_WAIT_MS,
		       "VF %u: %u messages, %u answers", vf, W.vf[vf].sent, W.vf[vf].got);
		T_CHECK(!flag(&W.failed), "%s", W.why);
		T_CHECK(vfc_alive(c), "VF %u was reset", vf);
		T_EQ(c->strays, 0);
		T_CHECK(W.vf[vf].sent > 0, "VF %u was never served", vf);
	}
	return 0;
}

static int
flood_of(const char *name, uint16_t nb, uint64_t count)
{
	static uint64_t permille[MAX_ROUNDS], us[MAX_LATENCIES];
	const struct vfc_opt opt = { .mbx_len = MBX, .mbx_buf = 512, .buf = 1024 };
	unsigned int nb_rounds = 0, nb_us = 0;
	uint64_t messages_ = 0, least = UINT64_MAX, most = 0;
	double sum[2] = { 0 };
	uint16_t vf;
	int rc;

	memset(&W, 0, sizeof(W));
	W.nb = nb;
	soak_begin(&W.soak, name, count);
	T_TRY(t_up_all(NULL));
	T_TRY(vfc_begin(nb, &opt));
	for (vf = 0; vf < nb; vf++) {
		T_TRY(vfc_up(vfc_of(vf)));
		vfc_drain(vfc_of(vf));
		vfc_of(vf)->lazy = true;
	}
	/* Not on the CPU of the lcore that forwards: whose the clients are is not the
	 * PF's to say. */
	T_EQ(rte_ctrl_thread_create(&W.thread, "flood", NULL, flood_main, NULL), 0);
	rc = rounds(permille, &nb_rounds, us, &nb_us, sum);
	set(&W.off, true);
	T_EQ(pthread_join(W.thread, NULL), 0);
	T_EQ(rc, 0);
	T_TRY(settled());
	for (vf = 0; vf < nb; vf++) {
		messages_ += W.vf[vf].sent;
		least = RTE_MIN(least, W.vf[vf].sent);
		most = RTE_MAX(most, W.vf[vf].sent);
	}
	printf("soak: {\"case\":\"%s\",\"seed\":%llu,\"vfs\":%u,\"ports\":%u,\"messages\":%llu,"
	       "\"lost\":0,\"least\":%llu,\"most\":%llu,\"rounds\":%u,\"calm_pps\":%.0f,"
	       "\"flood_pps\":%.0f,\"ratio_permille\":", name,
	       (unsigned long long)W.soak.seed, nb, F.nb, (unsigned long long)messages_,
	       (unsigned long long)least, (unsigned long long)most, nb_rounds,
	       nb_rounds ? sum[0] / nb_rounds : 0, nb_rounds ? sum[1] / nb_rounds : 0);
	soak_print_spread(permille, nb_rounds);
	printf(",\"event_us\":");
	soak_print_spread(us, nb_us);
	printf("}\n");
	T_CHECK(least * 4 >= most, "one VF was served %llu times, another %llu times",
		(unsigned long long)least, (unsigned long long)most);
	/* In the suite the machine is busy with other things. */
	T_CHECK(!W.soak.longrun || permille[nb_rounds / 2] >= 900,
		"ports forward %llu of 1000 frames", (unsigned long long)permille[nb_rounds / 2]);
	return 0;
}

static int
flood(void)
{
	return flood_of("flood", 256, 3);
}

/* All of a mailbox at once is more than a VF's share of a turn: what is beyond it
 * waits for the next one. Who sends little has no such wait. */
static int
share(void)
{
	const struct vfc_opt opt = { .mbx_len = MBX, .mbx_buf = 512, .buf = 1024 };
	struct vfc *loud, *quiet;
	unsigned int n;

	T_TRY(t_up_all(NULL));
	T_TRY(vfc_begin(2, &opt));
	loud = vfc_of(0);
	quiet = vfc_of(1);
	T_TRY(vfc_up(loud));
	T_TRY(vfc_up(quiet));
	vfc_drain(loud);
	loud->lazy = true;
	for (n = 0; n < WINDOW; n++)
		T_EQ(vfc_send(loud, 0x80000000u | n, NULL, 0), 0);
	vfc_flush(loud);
	T_EQ(vfc_ask(quiet, ICE_MP_VC_GET_RSS_HENA_CAPS, NULL, 0), ICE_MP_VC_OK);
	loud->lazy = false;
	for (n = 0; n < WINDOW; n++) {
		T_EQ(vfc_recv(loud, &loud->msg, T_WAIT_MS), 0);
		T_EQ(loud->msg.op, 0x80000000u | n);
	}
	T_CHECK(t_telemetry("/ice_mp/vf_info," T_DEV ",0", "vf", "deferred") > 0,
		"%u messages were one VF's share of a turn", WINDOW);
	T_EQ(t_telemetry("/ice_mp/vf_info," T_DEV ",1", "vf", "deferred"), 0);
	return 0;
}

static const struct t_case cases[] = {
	{ "flood", flood, 8, T_SIM | T_WIRED, "vfs=256" },
	{ "share", share, 2, T_SIM | T_WIRED, "vfs=2" },
};

T_SUITE(vf_flood, cases);
