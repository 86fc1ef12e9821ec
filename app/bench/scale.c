/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/*
 * What one more port costs an lcore that polls them all: ports of simulated
 * devices, each with a loopback plug, forward the frames that circulate there.
 *
 * A round is one full burst of each of some queues, behind a burst of one more, the
 * opener, and the device bringing all frames back, which is waited for outside the
 * timed region. Rounds of the opener alone, of it and one queue, and of it and all
 * queues of the row alternate in blocks, so that whoever else is on the machine meets
 * all three. What a round of the opener alone takes is taken off the two others: what
 * is left is what queues add to a loop that runs.
 *
 * Rings are as short as full bursts allow, so that the headers of all buffers fit the
 * second level cache: it is ports that are compared, not working sets.
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
#include <sys/mman.h>

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
#define RING		(2 * BURST)
/* Empty polls that are timed together; a multiple of every number of queues. */
#define EMPTY_POLLS	(64 * QUEUES_MAX)
/* What the largest frame has beyond an MTU: Ethernet header, two tags, FCS. */
#define BENCH_OVERHEAD	(RTE_ETHER_HDR_LEN + 2 * RTE_VLAN_HLEN + RTE_ETHER_CRC_LEN)
/* Rounds of one kind in a row, behind some that only warm the caches. */
#define BLOCK		40
#define WARM		4
#define WAIT_S		5

struct polled {
	uint16_t port, queue;
	uint16_t have;		/* frames that return here, up to a burst */
};

/* Rounds of the first queue alone, of the first two, of all. */
enum { OPENER, ONE, ALL, KINDS };

struct bed {
	struct polled q[1 + QUEUES_MAX];
	unsigned int nb, ports;		/* queues, the opener among them */
	uint16_t ring;
	struct rte_mempool *mp;
	uint8_t *frame0;		/* in the pool's first mbuf in memory */
	size_t frame_step;		/* to that of the next */
	struct rte_mbuf *pkts[1 + QUEUES_MAX][BURST];
};

static struct bed bed;
static unsigned int rounds = 16000;
static double *samples[KINDS];
static const char *trouble;	/* NULL: measured */

static int
port_up(uint16_t port, uint16_t queues)
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
		rc = rte_eth_tx_queue_setup(port, q, bed.ring, SOCKET_ID_ANY, NULL);
		if (rc == 0)
			rc = rte_eth_rx_queue_setup(port, q, bed.ring, SOCKET_ID_ANY, NULL, bed.mp);
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
make_frame(uint32_t nr)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(bed.mp);
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

/* What has arrived at a queue: kept as far as it is needed. */
static bool
collect(unsigned int i)
{
	struct polled *p = &bed.q[i];
	struct rte_mbuf *got[BURST];
	uint16_t n, k;

	n = rte_eth_rx_burst(p->port, p->queue, got, BURST);
	for (k = 0; k < n; k++)
		if (p->have == BURST)
			rte_pktmbuf_free(got[k]);
		else
			bed.pkts[i][p->have++] = got[k];
	return p->have == BURST;
}

/* Bursts are to end where rings do: from the first descriptor on again. */
static bool
begin_again(const struct polled *p)
{
	return rte_eth_dev_rx_queue_stop(p->port, p->queue) == 0 &&
	       rte_eth_dev_tx_queue_stop(p->port, p->queue) == 0 &&
	       rte_eth_dev_rx_queue_start(p->port, p->queue) == 0 &&
	       rte_eth_dev_tx_queue_start(p->port, p->queue) == 0;
}

/* Every queue gets frames of its own, and sends them. */
static bool
seed(void)
{
	uint64_t end = rte_get_timer_cycles() + WAIT_S * rte_get_timer_hz();
	unsigned int i, full = 0;
	uint32_t nr = 0;

	while (full < bed.nb && rte_get_timer_cycles() < end) {
		rte_delay_us_sleep(50);
		for (full = 0, i = 0; i < bed.nb; i++) {
			struct rte_mbuf *m;

			if (collect(i)) {
				full++;
				continue;
			}
			m = make_frame(nr++);
			if (m != NULL && rte_eth_tx_burst(bed.q[i].port, bed.q[i].queue,
							  &m, 1) != 1)
				rte_pktmbuf_free(m);
		}
	}
	/* Those still under way are nobody's. */
	rte_delay_us_sleep(20000);
	for (i = 0; i < bed.nb; i++)
		if (full != bed.nb || !begin_again(&bed.q[i]))
			return false;
	for (i = 0; i < bed.nb; i++)
		if (rte_eth_tx_burst(bed.q[i].port, bed.q[i].queue, bed.pkts[i], BURST) != BURST)
			return false;
	return true;
}

/* All frames of the first nb queues lie in their rings. */
static bool
all_back(unsigned int nb)
{
	uint64_t end = rte_get_timer_cycles() + WAIT_S * rte_get_timer_hz();
	unsigned int i;

	for (i = 0; i < nb; i++)
		while (rte_eth_rx_descriptor_status(bed.q[i].port, bed.q[i].queue, BURST - 1) !=
		       RTE_ETH_RX_DESC_DONE)
			if (rte_get_timer_cycles() > end)
				return false;
			else
				rte_delay_us_sleep(50);
	return true;
}

/* The devices' threads copied frames on this very CPU. A NIC's DMA leaves them, which a
 * driver does not look at, in the last level cache, and so is it done here. */
static void
frames_leave(void)
{
	unsigned int i;

	for (i = 0; i < bed.mp->size; i++)
		rte_cldemote(bed.frame0 + i * bed.frame_step);
}

/* A pool that has been in use. From a fresh one a single queue would get one
 * buffer after the other of its memory, and several of them do not. */
static void
used_pool(const char *name, unsigned int n)
{
	struct rte_mempool *mp = bench_pool(name, n);
	void **obj = bench_mem(n * sizeof(*obj)), *o;
	uintptr_t first = UINTPTR_MAX, last = 0;
	unsigned int i, k;

	if (rte_mempool_ops_dequeue_bulk(mp, obj, n) != 0)
		rte_exit(EXIT_FAILURE, "the bench's pool is not full\n");
	for (i = 0; i < n; i++) {
		first = RTE_MIN(first, (uintptr_t)obj[i]);
		last = RTE_MAX(last, (uintptr_t)obj[i]);
	}
	bed.mp = mp;
	bed.frame0 = rte_pktmbuf_mtod((struct rte_mbuf *)first, uint8_t *);
	bed.frame_step = mp->header_size + mp->elt_size + mp->trailer_size;
	if (last - first != (n - 1) * bed.frame_step)
		rte_exit(EXIT_FAILURE, "the bench's pool is not in one piece\n");
	for (i = n - 1; i > 0; i--) {
		k = rte_rand_max(i + 1);
		o = obj[i];
		obj[i] = obj[k];
		obj[k] = o;
	}
	rte_mempool_ops_enqueue_bulk(mp, obj, n);
	free(obj);
}

static __rte_noinline bool
forward(unsigned int nb)
{
	struct rte_mbuf *pkts[BURST];
	unsigned int i;
	bool ok = true;

	for (i = 0; i < nb; i++) {
		const struct polled *p = &bed.q[i];
		uint16_t n = rte_eth_rx_burst(p->port, p->queue, pkts, BURST);

		ok &= rte_eth_tx_burst(p->port, p->queue, pkts, n) == BURST;
	}
	return ok;
}

static __rte_noinline unsigned int
poll_nothing(unsigned int nb)
{
	struct rte_mbuf *pkts[BURST];
	unsigned int polls, i, n = 0;

	for (polls = 0; polls < EMPTY_POLLS; polls += nb)
		for (i = 0; i < nb; i++)
			n += rte_eth_rx_burst(bed.q[i].port, bed.q[i].queue, pkts, BURST);
	return n;
}

/* One round of the first nb queues. @return TSC cycles; 0: something is wrong */
static uint64_t
timed(unsigned int nb)
{
	uint64_t t0;
	bool ok;

	if (!all_back(nb)) {
		trouble = "frames were lost";
		return 0;
	}
	frames_leave();
	t0 = rte_rdtsc_precise();
	ok = forward(nb);
	t0 = rte_rdtsc_precise() - t0;
	if (!ok)
		trouble = "a burst was not full";
	return ok ? t0 : 0;
}

static uint64_t
timed_empty(unsigned int nb)
{
	uint64_t t0 = rte_rdtsc_precise();
	unsigned int n = poll_nothing(nb);

	t0 = rte_rdtsc_precise() - t0;
	if (n != 0)
		trouble = "frames from nowhere";
	return n == 0 ? t0 : 0;
}

/* Rounds of all kinds in turns; of each the TSC cycles that a fiftieth stays below: whoever
 * shares the core and its caches most of the time is not what is measured. */
static void
measure(uint64_t (*work)(unsigned int nb), const unsigned int queues[KINDS], unsigned int nb,
	double result[KINDS])
{
	unsigned int from, i, kind;

	for (from = 0; from < nb; from += BLOCK)
		for (kind = 0; kind < KINDS; kind++)
			for (i = 0; i < WARM + BLOCK; i++) {
				uint64_t t = work(queues[kind]);

				if (trouble != NULL)
					return;
				if (i >= WARM && from + i - WARM < nb)
					samples[kind][from + i - WARM] = t;
			}
	for (kind = 0; kind < KINDS; kind++)
		result[kind] = bench_quantile(samples[kind], nb, 0.02);
}

static void
drain(void)
{
	struct rte_mbuf *pkts[BURST];
	unsigned int i;

	for (i = 0; i < bed.nb; i++)
		rte_pktmbuf_free_bulk(pkts, rte_eth_rx_burst(bed.q[i].port, bed.q[i].queue, pkts,
							     BURST));
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
poll_bed(double fwd[KINDS], double empty[KINDS])
{
	const unsigned int full[KINDS] = { 1, 2, bed.nb };
	/* Polls of nothing do without an opener. */
	const unsigned int idle[KINDS] = { 1, 1, bed.nb - 1 };

	if (!seed()) {
		trouble = "frames do not come back";
		return;
	}
	measure(timed, full, rounds, fwd);
	if (trouble != NULL)
		return;
	if (!all_back(bed.nb)) {
		trouble = "frames were lost";
		return;
	}
	drain();
	measure(timed_empty, idle, rounds / 40, empty);
}

/* A bed of nb queues and the opener. @return 0 or -errno */
static int
bed_up(unsigned int nb, uint16_t ring)
{
	static unsigned int serial;
	uint16_t port, ports[RTE_MAX_ETHPORTS];
	char name[RTE_MEMPOOL_NAMESIZE];
	unsigned int i, n = 0;
	int rc = 0;

	RTE_ETH_FOREACH_DEV(port)
		ports[n++] = port;
	bed.nb = nb + 1;
	bed.ports = RTE_MIN(bed.nb, n);
	bed.ring = ring;
	snprintf(name, sizeof(name), "scale%u", serial++);
	used_pool(name, bed.nb * (2 * ring + BURST) + 4 * BENCH_POOL_CACHE);
	for (i = 0; i < bed.nb; i++)
		bed.q[i] = (struct polled){ .port = ports[i % bed.ports],
					    .queue = i / bed.ports };
	/* The first ports have one queue more when it does not come out even. */
	for (i = 0; i < bed.ports && rc == 0; i++)
		rc = port_up(ports[i], (bed.nb - i + bed.ports - 1) / bed.ports);
	return rc;
}

static int
bed_down(void)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; i < bed.ports; i++)
		rc |= rte_eth_dev_stop(bed.q[i].port);
	/* The rings are empty. */
	if (rc == 0)
		rte_mempool_free(bed.mp);
	return rc;
}

/* nb queues and one of them; prints their line. */
static int
row(unsigned int nb, uint16_t ring)
{
	double fwd[KINDS], empty[KINDS];
	int rc;

	trouble = NULL;
	rc = bed_up(nb, ring);
	if (rc == 0) {
		(void)sched_setscheduler(0, SCHED_FIFO,
					 &(struct sched_param){ .sched_priority = 1 });
		poll_bed(fwd, empty);
		(void)sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){ 0 });
	} else {
		trouble = rte_strerror(-rc);
	}
	if (bed_down() != 0 && trouble == NULL)
		trouble = "a port does not stop";
	if (trouble == NULL)
		printf("scale\t%u\t%u\t%u\t%.2f\t%.2f\t%.2f\t%.2f\n", nb, bed.ports, bed.ring,
		       (fwd[ALL] - fwd[OPENER]) / (nb * BURST), (fwd[ONE] - fwd[OPENER]) / BURST,
		       empty[ALL] / EMPTY_POLLS, empty[ONE] / EMPTY_POLLS);
	else
		printf("trouble\t%u queues: %s\n", nb, trouble);
	fflush(stdout);
	return rc != 0 || trouble != NULL ? -EIO : 0;
}

/* For EAL, in the place of libc's: its memory is anonymous then, which can become huge. */
int
memfd_create(const char *name __rte_unused, unsigned int flags __rte_unused)
{
	errno = ENOSYS;
	return -1;
}

/* EAL's memory would be of small pages, anywhere in a cache that is indexed by physical
 * addresses. Where the kernel can, it gets huge ones, as it has with DPDK in earnest. */
static int
make_huge(const struct rte_memseg_list *msl, void *arg __rte_unused)
{
	if (madvise(msl->base_va, msl->len, MADV_HUGEPAGE) != 0)
		fprintf(stderr, "memory stays in small pages: %s\n", strerror(errno));
	return 0;
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
	uint16_t ring = RING;
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
	if (rounds < 40 || rte_lcore_count() != 1)
		rte_exit(EXIT_FAILURE, "40 rounds and one lcore are needed\n");
	for (nb = 0; nb < KINDS; nb++)
		samples[nb] = bench_mem(rounds * sizeof(double));
	rte_memseg_list_walk(make_huge, NULL);
	devices = devices_add();
	rc = one_cpu();
	if (rc != 0)
		rte_exit(EXIT_FAILURE, "threads stay where they are: %s\n", rte_strerror(-rc));
	for (nb = 1; nb <= QUEUES_MAX && rc == 0; nb *= 2)
		rc = row(nb, ring);
	devices_remove(devices);
	for (nb = 0; nb < KINDS; nb++)
		free(samples[nb]);
	rte_eal_cleanup();
	return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
