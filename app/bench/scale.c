/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/*
 * What one more port costs an lcore that polls them all: ports of simulated
 * devices, each with a loopback plug, forward the frames that circulate there.
 *
 * A row is two beds whose rounds alternate in blocks, so that whoever else is on the
 * machine meets both: one queue of a port of its own, and the row's number of
 * queues. A round of either forwards the same number of frames in the same
 * number of full bursts: it is waited for, outside the timed region, that the
 * device has brought all of them back. All rings of a bed together have the
 * same length, so that it is ports that are compared, and not caches.
 *
 * DPDK has room for RTE_MAX_ETHPORTS ethdevs; beyond, ports get further queues,
 * which RSS fills: a frame comes back to the queue that it came from before.
 */

#include <dirent.h>
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ip.h>
#include <rte_random.h>
#include <rte_udp.h>

#include "bench.h"

#define QUEUES_MAX	64
#define BURST		32
/* Bursts of a round; a multiple of every number of queues. */
#define ROUND		QUEUES_MAX
/* Descriptors of all rings of one kind. A round fills half of them. */
#define RING_TOTAL	(2 * ROUND * BURST)
#define EMPTY_PASSES	64
/* What the largest frame has beyond an MTU: Ethernet header, two tags, FCS. */
#define BENCH_OVERHEAD	(RTE_ETHER_HDR_LEN + 2 * RTE_VLAN_HLEN + RTE_ETHER_CRC_LEN)
/* Rounds of one bed in a row, behind some that only warm the caches. */
#define BLOCK		40
#define WARM		4
#define WAIT_S		5

struct polled {
	uint16_t port, queue;
	uint16_t have;		/* bursts' worth of frames that return here */
};

struct bed {
	struct polled q[QUEUES_MAX];
	unsigned int nb, ports, passes;
	uint16_t ring;
	struct rte_mempool *mp;
	struct rte_mbuf *pkts[ROUND * BURST];
	double *samples;
	double fwd, empty;	/* TSC cycles per packet, per poll */
};

/* The beds of a row: one queue, many. */
static struct bed beds[2];
static unsigned int rounds = 4000;
static const char *trouble;	/* NULL: measured */

static int
port_up(const struct bed *bed, uint16_t port, uint16_t queues)
{
	struct rte_eth_conf conf = {
		/* A frame fits a buffer: Rx is not scattered, but what is fastest. */
		.rxmode.mtu = BENCH_ROOM - BENCH_OVERHEAD,
		.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS,
		.rxmode.offloads = RTE_ETH_RX_OFFLOAD_RSS_HASH | RTE_ETH_RX_OFFLOAD_CHECKSUM,
		.txmode.offloads = RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE,
	};
	struct rte_eth_dev_info info;
	struct rte_eth_link link;
	uint64_t end;
	uint16_t q;
	int rc;

	rc = rte_eth_dev_info_get(port, &info);
	if (rc != 0)
		return rc;
	conf.rxmode.offloads &= info.rx_offload_capa;
	conf.rx_adv_conf.rss_conf.rss_hf = info.flow_type_rss_offloads & RTE_ETH_RSS_UDP;
	rc = rte_eth_dev_configure(port, queues, queues, &conf);
	for (q = 0; q < queues && rc == 0; q++) {
		rc = rte_eth_tx_queue_setup(port, q, bed->ring, SOCKET_ID_ANY, NULL);
		if (rc == 0)
			rc = rte_eth_rx_queue_setup(port, q, bed->ring, SOCKET_ID_ANY, NULL, bed->mp);
	}
	if (rc == 0)
		rc = rte_eth_promiscuous_enable(port);
	if (rc == 0)
		rc = rte_eth_dev_start(port);
	if (rc != 0)
		return rc;
	end = rte_get_timer_cycles() + WAIT_S * rte_get_timer_hz();
	do {
		rc = rte_eth_link_get_nowait(port, &link);
		if (rc != 0 || link.link_status == RTE_ETH_LINK_UP)
			return rc;
		rte_delay_us_sleep(100);
	} while (rte_get_timer_cycles() < end);
	return -ETIMEDOUT;
}

/* A frame whose flow is `nr`. */
static struct rte_mbuf *
make_frame(struct bed *bed, uint32_t nr)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(bed->mp);
	struct rte_ether_hdr *eth;
	struct rte_ipv4_hdr *ip;
	struct rte_udp_hdr *udp;

	if (m == NULL)
		return NULL;
	m->data_len = BENCH_FRAME;
	m->pkt_len = BENCH_FRAME;
	eth = rte_pktmbuf_mtod(m, struct rte_ether_hdr *);
	memset(eth, 0, BENCH_FRAME);
	memset(&eth->dst_addr, 0x02, sizeof(eth->dst_addr));
	memset(&eth->src_addr, 0x06, sizeof(eth->src_addr));
	eth->ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	ip = (struct rte_ipv4_hdr *)(eth + 1);
	ip->version_ihl = RTE_IPV4_VHL_DEF;
	ip->total_length = rte_cpu_to_be_16(BENCH_FRAME - sizeof(*eth));
	ip->time_to_live = 64;
	ip->next_proto_id = IPPROTO_UDP;
	ip->src_addr = RTE_BE32(RTE_IPV4(192, 0, 2, 1));
	ip->dst_addr = RTE_BE32(RTE_IPV4(192, 0, 2, 2));
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	udp = (struct rte_udp_hdr *)(ip + 1);
	udp->src_port = rte_cpu_to_be_16(1024 + nr % 60000);
	udp->dst_port = RTE_BE16(9);
	udp->dgram_len = rte_cpu_to_be_16(BENCH_FRAME - sizeof(*eth) - sizeof(*ip));
	return m;
}

static struct rte_mbuf **
frames_of(struct bed *bed, unsigned int pass, unsigned int i)
{
	return &bed->pkts[(pass * bed->nb + i) * BURST];
}

/* What has arrived at a queue: kept as far as it is needed. */
static bool
collect(struct bed *bed, unsigned int i)
{
	struct polled *p = &bed->q[i];
	struct rte_mbuf *got[BURST];
	uint16_t n, k;

	n = rte_eth_rx_burst(p->port, p->queue, got, BURST);
	for (k = 0; k < n; k++) {
		if (p->have == bed->passes * BURST)
			rte_pktmbuf_free(got[k]);
		else
			frames_of(bed, p->have / BURST, i)[p->have % BURST] = got[k];
		p->have += p->have < bed->passes * BURST;
	}
	return p->have == bed->passes * BURST;
}

/* Every queue gets frames of its own. */
static bool
seed(struct bed *bed)
{
	uint64_t end = rte_get_timer_cycles() + WAIT_S * rte_get_timer_hz();
	unsigned int i, full = 0;
	uint32_t nr = 0;

	while (full < bed->nb && rte_get_timer_cycles() < end) {
		rte_delay_us_sleep(50);
		for (full = 0, i = 0; i < bed->nb; i++) {
			struct rte_mbuf *m;

			if (collect(bed, i)) {
				full++;
				continue;
			}
			m = make_frame(bed, nr++);
			if (m != NULL && rte_eth_tx_burst(bed->q[i].port, bed->q[i].queue,
							  &m, 1) != 1)
				rte_pktmbuf_free(m);
		}
	}
	/* Those still under way are nobody's. */
	rte_delay_us_sleep(20000);
	for (i = 0; i < bed->nb * bed->ring / BURST; i++)
		(void)collect(bed, i % bed->nb);
	return full == bed->nb;
}

/* All frames of a round lie in the rings. */
static bool
all_back(struct bed *bed)
{
	uint64_t end = rte_get_timer_cycles() + WAIT_S * rte_get_timer_hz();
	unsigned int i;

	for (i = 0; i < bed->nb; i++)
		while (rte_eth_rx_descriptor_status(bed->q[i].port, bed->q[i].queue,
						    bed->passes * BURST - 1) !=
		       RTE_ETH_RX_DESC_DONE)
			if (rte_get_timer_cycles() > end)
				return false;
			else
				rte_delay_us_sleep(50);
	return true;
}

/* A pool that has been in use. From a fresh one a single queue would get one
 * buffer after the other of its memory, and several of them do not. */
static struct rte_mempool *
used_pool(const char *name, unsigned int n)
{
	struct rte_mempool *mp = bench_pool(name, n);
	void **obj = bench_mem(n * sizeof(*obj)), *o;
	unsigned int i, k;

	if (rte_mempool_ops_dequeue_bulk(mp, obj, n) != 0)
		rte_exit(EXIT_FAILURE, "the bench's pool is not full\n");
	for (i = n - 1; i > 0; i--) {
		k = rte_rand_max(i + 1);
		o = obj[i];
		obj[i] = obj[k];
		obj[k] = o;
	}
	rte_mempool_ops_enqueue_bulk(mp, obj, n);
	free(obj);
	return mp;
}

static __rte_noinline bool
forward(struct bed *bed)
{
	unsigned int pass, i;
	bool ok = true;

	for (pass = 0; pass < bed->passes; pass++)
		for (i = 0; i < bed->nb; i++) {
			const struct polled *p = &bed->q[i];
			uint16_t n = rte_eth_rx_burst(p->port, p->queue, bed->pkts, BURST);

			ok &= rte_eth_tx_burst(p->port, p->queue, bed->pkts, n) == BURST;
		}
	return ok;
}

static __rte_noinline unsigned int
poll_nothing(struct bed *bed)
{
	unsigned int pass, i, n = 0;

	for (pass = 0; pass < EMPTY_PASSES * bed->passes; pass++)
		for (i = 0; i < bed->nb; i++)
			n += rte_eth_rx_burst(bed->q[i].port, bed->q[i].queue, bed->pkts, BURST);
	return n;
}

static bool
all_sent(struct bed *bed)
{
	unsigned int pass, i;
	bool ok = true;

	for (pass = 0; pass < bed->passes; pass++)
		for (i = 0; i < bed->nb; i++)
			ok &= rte_eth_tx_burst(bed->q[i].port, bed->q[i].queue, frames_of(bed, pass, i),
					       BURST) == BURST;
	return ok;
}

/* One round of it. @return TSC cycles; 0: something is wrong */
static uint64_t
timed(struct bed *bed)
{
	uint64_t t0;
	bool ok;

	if (!all_back(bed)) {
		trouble = "frames were lost";
		return 0;
	}
	t0 = rte_rdtsc_precise();
	ok = forward(bed);
	t0 = rte_rdtsc_precise() - t0;
	if (!ok)
		trouble = "a burst was not full";
	return ok ? t0 : 0;
}

static uint64_t
timed_empty(struct bed *bed)
{
	uint64_t t0 = rte_rdtsc_precise();
	unsigned int n = poll_nothing(bed);

	t0 = rte_rdtsc_precise() - t0;
	if (n != 0)
		trouble = "frames from nowhere";
	return n == 0 ? t0 : 0;
}

/* Rounds of the beds in turns; the medians, per packet or poll. */
static void
measure(uint64_t (*work)(struct bed *bed), unsigned int nb, unsigned int parts, double *result[2])
{
	double cost = bench_clock_cost();
	unsigned int from, i, who;

	for (from = 0; from < nb; from += BLOCK)
		for (who = 0; who < 2; who++)
			for (i = 0; i < WARM + BLOCK; i++) {
				uint64_t t = work(&beds[who]);

				if (trouble != NULL)
					return;
				if (i >= WARM && from + i - WARM < nb)
					beds[who].samples[from + i - WARM] = t - cost;
			}
	for (who = 0; who < 2; who++)
		*result[who] = bench_median(beds[who].samples, nb) / parts;
}

static void
drain(struct bed *bed)
{
	unsigned int i;

	for (i = 0; i < ROUND; i++) {
		const struct polled *p = &bed->q[i % bed->nb];

		rte_pktmbuf_free_bulk(bed->pkts,
				      rte_eth_rx_burst(p->port, p->queue, bed->pkts, BURST));
	}
}

/* Every thread of the process goes to the CPU of this one. What is measured waits for
 * no line that another CPU has: a NIC's DMA leaves none there either. */
static int
one_cpu(void)
{
	DIR *tasks = opendir("/proc/self/task");
	const struct dirent *e;
	cpu_set_t here;
	int rc = 0;

	if (tasks == NULL)
		return -errno;
	CPU_ZERO(&here);
	CPU_SET(sched_getcpu(), &here);
	while (rc == 0 && (e = readdir(tasks)) != NULL)
		/* One may be gone by now. */
		if (e->d_name[0] != '.' &&
		    sched_setaffinity(atoi(e->d_name), sizeof(here), &here) != 0 && errno != ESRCH)
			rc = -errno;
	closedir(tasks);
	return rc;
}

/* What the polling lcore does, before all others that are ready to run: the devices'
 * threads do their work while it sleeps. */
static void
poll_beds(void)
{
	unsigned int who;

	for (who = 0; who < 2 && trouble == NULL; who++)
		if (!seed(&beds[who]))
			trouble = "frames do not come back";
		else if (!all_sent(&beds[who]))
			trouble = "a Tx ring is full";
	if (trouble == NULL)
		measure(timed, rounds, ROUND * BURST, (double *[]){ &beds[0].fwd, &beds[1].fwd });
	for (who = 0; who < 2 && trouble == NULL; who++)
		if (all_back(&beds[who]))
			drain(&beds[who]);
		else
			trouble = "frames were lost";
	if (trouble == NULL)
		measure(timed_empty, rounds / 10, EMPTY_PASSES * ROUND,
			(double *[]){ &beds[0].empty, &beds[1].empty });
}

/* A bed of nb queues on these ports. @return 0 or -errno */
static int
bed_up(struct bed *bed, const uint16_t *ports, unsigned int avail, unsigned int nb, uint16_t ring)
{
	static unsigned int serial;
	char name[RTE_MEMPOOL_NAMESIZE];
	unsigned int i;
	int rc = 0;

	bed->nb = nb;
	bed->ports = RTE_MIN(nb, avail);
	bed->passes = ROUND / nb;
	bed->ring = ring != 0 ? ring : RING_TOTAL / nb;
	snprintf(name, sizeof(name), "scale%u", serial++);
	bed->mp = used_pool(name, 2 * nb * bed->ring + ROUND * BURST + 4 * BENCH_POOL_CACHE);
	for (i = 0; i < nb; i++)
		bed->q[i] = (struct polled){ .port = ports[i % bed->ports],
					     .queue = i / bed->ports };
	/* The first ports have one queue more when it does not come out even. */
	for (i = 0; i < bed->ports && rc == 0; i++)
		rc = port_up(bed, ports[i], (nb - i + bed->ports - 1) / bed->ports);
	return rc;
}

static int
bed_down(struct bed *bed)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; i < bed->ports; i++)
		rc |= rte_eth_dev_stop(bed->q[i].port);
	/* The rings are empty. */
	if (rc == 0)
		rte_mempool_free(bed->mp);
	return rc;
}

/* One queue beside nb of them; prints its line. */
static int
row(unsigned int nb, uint16_t ring)
{
	uint16_t port, ports[RTE_MAX_ETHPORTS], n = 0;
	int rc;

	RTE_ETH_FOREACH_DEV(port)
		ports[n++] = port;
	trouble = NULL;
	/* In case that this row does not get as far as the last one did. */
	beds[1].ports = 0;
	beds[1].mp = NULL;
	rc = bed_up(&beds[0], ports, 1, 1, ring);
	if (rc == 0)
		rc = bed_up(&beds[1], ports + 1, n - 1, nb, ring);
	if (rc == 0) {
		(void)sched_setscheduler(0, SCHED_FIFO,
					 &(struct sched_param){ .sched_priority = 1 });
		poll_beds();
		(void)sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){ 0 });
	} else {
		trouble = rte_strerror(-rc);
	}
	if ((bed_down(&beds[1]) | bed_down(&beds[0])) != 0 && trouble == NULL)
		trouble = "a port does not stop";
	if (trouble == NULL)
		printf("scale\t%u\t%u\t%u\t%.2f\t%.2f\t%.2f\t%.2f\n", beds[1].nb, beds[1].ports,
		       beds[1].ring, beds[1].fwd, beds[0].fwd, beds[1].empty, beds[0].empty);
	else
		printf("trouble\t%u queues: %s\n", nb, trouble);
	fflush(stdout);
	return rc != 0 || trouble != NULL ? -EIO : 0;
}

/* As many devices of eight ports as there may be ethdevs. */
static unsigned int
devices_add(void)
{
	static const char args[] = "ports=8,wire=0:0+1:1+2:2+3:3+4:4+5:5+6:6+7:7";
	unsigned int i, most = RTE_MIN(QUEUES_MAX, RTE_MAX_ETHPORTS) / 8;
	char name[32];

	for (i = 0; i < most; i++) {
		snprintf(name, sizeof(name), "ice_mp_sim%u", i);
		if (rte_eal_hotplug_add("vdev", name, args) != 0)
			rte_exit(EXIT_FAILURE, "%s does not start\n", name);
	}
	return most;
}

static void
devices_remove(unsigned int nb)
{
	char name[32];

	while (nb-- > 0) {
		snprintf(name, sizeof(name), "ice_mp_sim%u", nb);
		(void)rte_eal_hotplug_remove("vdev", name);
	}
}

int
main(int argc, char **argv)
{
	static const struct option opts[] = {
		{ "ring", required_argument, NULL, 'd' },
		{ "rounds", required_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	unsigned int devices, nb;
	uint16_t ring = 0;
	int rc, c;

	rc = rte_eal_init(argc, argv);
	if (rc < 0)
		rte_exit(EXIT_FAILURE, "EAL does not start\n");
	argc -= rc;
	argv += rc;
	while ((c = getopt_long(argc, argv, "", opts, NULL)) != -1) {
		switch (c) {
		case 'd':
			ring = strtoul(optarg, NULL, 0);
			break;
		case 'r':
			rounds = strtoul(optarg, NULL, 0);
			break;
		default:
			return EXIT_FAILURE;
		}
	}
	if (rte_eal_iova_mode() != RTE_IOVA_VA)
		rte_exit(EXIT_FAILURE, "IOVA is not VA\n");
	if (rounds == 0 || rte_lcore_count() != 1)
		rte_exit(EXIT_FAILURE, "rounds and one lcore are needed\n");
	for (nb = 0; nb < RTE_DIM(beds); nb++)
		beds[nb].samples = bench_mem(rounds * sizeof(double));
	devices = devices_add();
	rc = one_cpu();
	if (rc != 0)
		rte_exit(EXIT_FAILURE, "threads stay where they are: %s\n", rte_strerror(-rc));
	for (nb = 1; nb <= QUEUES_MAX && rc == 0; nb *= 2)
		rc = row(nb, ring);
	devices_remove(devices);
	for (nb = 0; nb < RTE_DIM(beds); nb++)
		free(beds[nb].samples);
	rte_eal_cleanup();
	return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
