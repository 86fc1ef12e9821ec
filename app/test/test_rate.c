/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file Limits of Tx queues, measured by what arrives. */

#include <errno.h>

#include "test.h"

/* Frames of the two queues, by which they are told apart. */
#define LEN_FREE	1004
#define LEN_LIMITED	1000
/** What the device lets go at once after a pause, and at most one frame on top. */
#define BURST		(16384 + LEN_LIMITED + 4)

struct sums {
	uint64_t limited, unlimited;	/* bytes with FCS */
	uint64_t ms;
};

static void
offer(uint16_t queue, size_t len)
{
	uint8_t buf[LEN_FREE];
	struct rte_mbuf *m;

	t_frame(buf, len, 0, 1, len);
	m = t_mbuf(F.pool, buf, len, 0);
	if (m != NULL && rte_eth_tx_burst(F.id[0], queue, &m, 1) == 0)
		rte_pktmbuf_free(m);
}

static void
take(struct sums *s)
{
	struct rte_mbuf *m[32];
	uint16_t i, n;

	while ((n = rte_eth_rx_burst(F.id[1], 0, m, RTE_DIM(m))) > 0) {
		for (i = 0; s != NULL && i < n; i++) {
			if (m[i]->pkt_len == LEN_LIMITED)
				s->limited += LEN_LIMITED + 4;
			else if (m[i]->pkt_len == LEN_FREE)
				s->unlimited += LEN_FREE + 4;
		}
		rte_pktmbuf_free_bulk(m, n);
	}
}

/* Both queues are offered more than they can send; what comes of each. */
static void
measure(struct sums *s, uint64_t ms)
{
	uint64_t start = t_now_ms(), now;
	unsigned int i;

	/* What came while nobody looked was not sent in the time measured. */
	take(NULL);
	memset(s, 0, sizeof(*s));
	do {
		for (i = 0; i < 8; i++)
			offer(1, LEN_LIMITED);
		for (i = 0; i < 8; i++)
			offer(0, LEN_FREE);
		take(s);
		now = t_now_ms();
	} while (now - start < ms);
	/* What was measured last was sent by now. */
	s->ms = t_now_ms() - start + 1;
}

/* Never more than that rate; in one of a few looks much of it, and far more of the
 * other queue: a sender that is not scheduled sends nothing. */
static int
expect(uint32_t mbps, const char *when)
{
	unsigned int tries = 5;
	struct sums s;
	uint64_t bytes;

	/* What is in the rings is of before. */
	measure(&s, 20);
	do {
		measure(&s, 300);
		bytes = (uint64_t)mbps * 125 * s.ms;
		T_CHECK(s.limited <= BURST + bytes * 102 / 100,
			"%s: %llu bytes in %llu ms at %u Mb/s", when,
			(unsigned long long)s.limited, (unsigned long long)s.ms, mbps);
		if (s.limited >= bytes / 2 && s.unlimited > 2 * s.limited)
			return 0;
	} while (--tries > 0);
	T_FAIL("%s: only %llu bytes in %llu ms at %u Mb/s, %llu of the other queue", when,
	       (unsigned long long)s.limited, (unsigned long long)s.ms, mbps,
	       (unsigned long long)s.unlimited);
}

static int
two_queues(void)
{
	T_TRY(t_up(0, &(struct t_up){ .txq = 2, .txd = 64 }));
	T_TRY(t_up(1, NULL));
	T_TRY(t_wait_link(0, true));
	return t_wait_link(1, true);
}

static int
queue_limit(void)
{
	struct sums s;

	T_TRY(two_queues());
	T_EQ(rte_eth_set_queue_rate_limit(F.id[0], 1, 4), 0);
	T_TRY(expect(4, "limited"));
	T_EQ(rte_eth_set_queue_rate_limit(F.id[0], 1, 2), 0);
	T_TRY(expect(2, "less"));
	T_EQ(rte_eth_dev_tx_queue_stop(F.id[0], 1), 0);
	T_EQ(rte_eth_dev_tx_queue_start(F.id[0], 1), 0);
	T_TRY(expect(2, "stopped and started"));
	T_EQ(rte_eth_set_queue_rate_limit(F.id[0], 1, 0), 0);
	measure(&s, 20);
	measure(&s, 100);
	T_CHECK(s.limited * 4 > s.unlimited, "still limited: %llu bytes, the other queue %llu",
		(unsigned long long)s.limited, (unsigned long long)s.unlimited);
	take(NULL);
	return 0;
}

/* Said while the port is stopped, and with a port that is started anew. */
static int
queue_limit_stopped(void)
{
	T_TRY(two_queues());
	T_TRY(t_down(0));
	T_EQ(rte_eth_set_queue_rate_limit(F.id[0], 1, 4), 0);
	T_EQ(rte_eth_dev_start(F.id[0]), 0);
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	T_TRY(expect(4, "started"));
	return 0;
}

static int
queue_limit_after_reset(void)
{
	int64_t before = t_recoveries();

	T_TRY(two_queues());
	T_EQ(rte_eth_set_queue_rate_limit(F.id[0], 1, 4), 0);
	T_TRY(t_fault("reset corer"));
	T_WAIT(t_recoveries() > before, T_WAIT_MS, "no recovery");
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	return expect(4, "after a reset");
}

/* What cannot be leaves things as they were, in the device, too. */
static int
queue_limit_wrong(void)
{
	T_TRY(two_queues());
	T_EQ(rte_eth_set_queue_rate_limit(F.id[0], 2, 8), -EINVAL);
	T_EQ(rte_eth_set_queue_rate_limit(F.id[0], 1, 4), 0);
	T_TRY(t_fault("aq fail op=0x0410 rc=16"));
	T_EQ(rte_eth_set_queue_rate_limit(F.id[0], 1, 100), -ENOSPC);
	T_TRY(t_fault("aq fail op=0x0403 rc=14"));
	T_EQ(rte_eth_set_queue_rate_limit(F.id[0], 1, 100), -EINVAL);
	T_TRY(expect(4, "after refusals"));
	T_EQ(t_state(T_DEV, "used", "rates"), 1);
	/* Both queues at one rate share its profile; one keeps it. */
	T_EQ(rte_eth_set_queue_rate_limit(F.id[0], 0, 4), 0);
	T_EQ(rte_eth_set_queue_rate_limit(F.id[0], 0, 0), 0);
	T_TRY(expect(4, "alone again"));
	T_EQ(t_state(T_DEV, "used", "rates"), 1);
	/* A queue that cannot be limited does not start. */
	T_EQ(rte_eth_dev_tx_queue_stop(F.id[0], 1), 0);
	T_TRY(t_fault("aq fail op=0x0410 rc=16"));
	T_EQ(rte_eth_dev_tx_queue_start(F.id[0], 1), -ENOSPC);
	T_EQ(t_state(T_DEV, "used", "rates"), 0);
	T_EQ(t_state(T_DEV, "used", "txqs"), 2);	/* one of each port */
	T_EQ(rte_eth_dev_tx_queue_start(F.id[0], 1), 0);
	return expect(4, "started at the second try");
}

static const struct t_case cases[] = {
	{ "queue_limit", queue_limit, 2, T_WIRED, NULL },
	{ "queue_limit_stopped", queue_limit_stopped, 2, T_WIRED, NULL },
	{ "queue_limit_after_reset", queue_limit_after_reset, 2, T_SIM | T_WIRED, NULL },
	{ "queue_limit_wrong", queue_limit_wrong, 2, T_SIM | T_WIRED, NULL },
};

T_SUITE(rate, cases);
