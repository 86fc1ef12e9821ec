/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <dirent.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <rte_bus_vdev.h>
#include <rte_dev.h>
#include <rte_eal.h>
#include <rte_malloc.h>
#include <rte_mempool.h>

#include "test.h"

static char reason[512];

int
t_fail(const char *file, int line, const char *fmt, ...)
{
	const char *base = strrchr(file, '/');
	size_t used = strlen(reason);
	va_list ap;

	/* The first reason is the cause; the callers' add where it was, and
	 * what they say beside "this call". */
	if (used != 0) {
		used += snprintf(reason + used, sizeof(reason) - used, " <%s:%d",
				 base ? base + 1 : file, line);
		if (strcmp(fmt, "%s") == 0 || used + 1 >= sizeof(reason))
			return -1;
		reason[used++] = ' ';
		va_start(ap, fmt);
		vsnprintf(reason + used, sizeof(reason) - used, fmt, ap);
		va_end(ap);
		return -1;
	}
	used = snprintf(reason, sizeof(reason), "%s:%d: ", base ? base + 1 : file, line);
	va_start(ap, fmt);
	vsnprintf(reason + used, sizeof(reason) - used, fmt, ap);
	va_end(ap);
	return -1;
}

const char *
t_reason(void)
{
	return reason[0] != '\0' ? reason : "no reason given";
}

void
t_reason_clear(void)
{
	reason[0] = '\0';
}

uint64_t
t_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ull + ts.tv_nsec / 1000000;
}

void
t_pause(void)
{
	usleep(10);
}

void
t_devargs(char *buf, size_t len, unsigned int ports, bool wired, const char *more)
{
	size_t used = snprintf(buf, len, "ports=%u", ports);
	unsigned int i;

	if (wired && ports == 1)
		used += snprintf(buf + used, len - used, ",wire=0:0");
	for (i = 0; wired && i + 1 < ports; i += 2)
		used += snprintf(buf + used, len - used, "%s%u:%u", i == 0 ? ",wire=" : "+", i,
				 i + 1);
	if (more != NULL)
		snprintf(buf + used, len - used, ",%s", more);
}

int
t_probe(const char *name, const char *args)
{
	return rte_eal_hotplug_add("vdev", name, args);
}

int
t_remove(const char *name)
{
	return rte_eal_hotplug_remove("vdev", name);
}

static bool
is_of(uint16_t id, const char *name, struct rte_eth_dev_info *info)
{
	if (rte_eth_dev_info_get(id, info) != 0 || info->device == NULL)
		return false;
	if (name != NULL)
		return strcmp(rte_dev_name(info->device), name) == 0;
	return strstr(info->driver_name, "ice_mp") != NULL;
}

unsigned int
t_discover(const char *name)
{
	struct rte_eth_dev_info info;
	char first[RTE_DEV_NAME_MAX_LEN] = "";
	uint16_t id;

	F.nb = 0;
	RTE_ETH_FOREACH_DEV(id) {
		if (!is_of(id, name, &info))
			continue;
		/* One device only, the first. */
		if (first[0] == '\0')
			snprintf(first, sizeof(first), "%s", rte_dev_name(info.device));
		else if (strcmp(first, rte_dev_name(info.device)) != 0)
			continue;
		if (info.switch_info.port_id >= T_MAX_PORTS)
			continue;
		F.id[info.switch_info.port_id] = id;
		F.nb++;
	}
	return F.nb;
}

unsigned int
t_count_ethdevs(const char *name)
{
	struct rte_eth_dev_info info;
	unsigned int nb = 0;
	uint16_t id;

	RTE_ETH_FOREACH_DEV(id)
		if (is_of(id, name, &info))
			nb++;
	return nb;
}

int
t_wait_link(uint8_t lport, bool up)
{
	struct rte_eth_link link;

	T_WAIT(rte_eth_link_get_nowait(F.id[lport], &link) == 0 && link.link_status == up,
	       T_WAIT_MS, "link of lport %u is not %s", lport, up ? "up" : "down");
	return 0;
}

int
t_up(uint8_t lport, const struct t_up *how)
{
	static const struct t_up plain;
	struct rte_eth_conf conf = { 0 };
	struct rte_eth_rxconf rxconf;
	struct rte_eth_txconf txconf;
	struct rte_eth_dev_info info;
	uint16_t id = F.id[lport];
	uint16_t rxq, txq, q;

	if (how == NULL)
		how = &plain;
	rxq = how->rxq ? how->rxq : 1;
	txq = how->txq ? how->txq : 1;
	T_EQ(rte_eth_dev_info_get(id, &info), 0);
	conf.rxmode.mtu = how->mtu ? how->mtu : RTE_ETHER_MTU;
	conf.rxmode.offloads = how->rx_offloads;
	conf.txmode.offloads = how->tx_offloads;
	if (rxq > 1 || how->rss_hf != 0) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_hf =
			(how->rss_hf ? how->rss_hf : RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP |
						     RTE_ETH_RSS_TCP) &
			info.flow_type_rss_offloads;
	}
	conf.intr_conf.rxq = how->rxq_intr;
	conf.intr_conf.lsc = how->lsc;
	T_EQ(rte_eth_dev_configure(id, rxq, txq, &conf), 0);
	for (q = 0; q < rxq; q++) {
		rxconf = info.default_rxconf;
		rxconf.offloads = how->rx_offloads;
		rxconf.rx_deferred_start = how->rx_deferred;
		T_EQ(rte_eth_rx_queue_setup(id, q, how->rxd ? how->rxd : 256, SOCKET_ID_ANY,
					    &rxconf, how->pool ? how->pool : F.pool), 0);
	}
	for (q = 0; q < txq; q++) {
		txconf = info.default_txconf;
		txconf.offloads = how->tx_offloads;
		txconf.tx_deferred_start = how->tx_deferred;
		T_EQ(rte_eth_tx_queue_setup(id, q, how->txd ? how->txd : 256, SOCKET_ID_ANY,
					    &txconf), 0);
	}
	if (how->no_start)
		return 0;
	T_EQ(rte_eth_dev_start(id), 0);
	return 0;
}

int
t_up_all(const struct t_up *how)
{
	uint8_t i;

	for (i = 0; i < F.nb; i++)
		T_TRY(t_up(i, how));
	for (i = 0; i < F.nb; i++)
		T_TRY(t_wait_link(i, true));
	return 0;
}

int
t_down(uint8_t lport)
{
	T_EQ(rte_eth_dev_stop(F.id[lport]), 0);
	return 0;
}

/* ---- leaks ---- */

static unsigned int
dir_entries(const char *path)
{
	DIR *dir = opendir(path);
	unsigned int nb = 0;

	if (dir == NULL)
		return 0;
	while (readdir(dir) != NULL)
		nb++;
	closedir(dir);
	return nb;
}

void
t_usage_get(struct t_usage *u)
{
	struct rte_malloc_socket_stats heap;
	int s;

	memset(u, 0, sizeof(*u));
	u->ethdevs = rte_eth_dev_count_total();
	u->fds = dir_entries("/proc/self/fd");
	u->threads = dir_entries("/proc/self/task");
	for (s = 0; s < RTE_MAX_NUMA_NODES; s++)
		if (rte_malloc_get_socket_stats(s, &heap) == 0)
			u->blocks += heap.alloc_count;
	u->mbufs = rte_mempool_in_use_count(F.pool) + rte_mempool_in_use_count(F.big);
}

int
t_usage_check(const struct t_usage *before)
{
	uint64_t end = t_now_ms() + 1000;
	struct t_usage now;

	do {
		t_usage_get(&now);
		/* One that was joined before the case is in /proc until its CPU gets to that. */
		now.threads = RTE_MAX(now.threads, before->threads);
		if (memcmp(&now, before, sizeof(now)) == 0)
			return 0;
		t_pause();
	} while (t_now_ms() < end);
	T_EQ(now.ethdevs, before->ethdevs);
	T_CHECK(now.mbufs == before->mbufs, "%d mbufs leaked",
		(int)(now.mbufs - before->mbufs));
	T_CHECK(now.fds == before->fds, "%d fds leaked", (int)(now.fds - before->fds));
	T_CHECK(now.threads == before->threads, "%d threads leaked",
		(int)(now.threads - before->threads));
	T_CHECK(now.blocks == before->blocks, "%lld blocks of EAL memory leaked",
		(long long)(now.blocks - before->blocks));
	return 0;
}

/* ---- callbacks ---- */

static void
unregister(uint16_t id, enum rte_eth_event_type type, rte_eth_dev_cb_fn fn, void *arg)
{
	uint64_t end = t_now_ms() + 5000;

	while (rte_eth_dev_callback_unregister(id, type, fn, arg) == -EAGAIN &&
	       t_now_ms() < end)
		t_pause();
}

void
t_unregister(uint16_t id, enum rte_eth_event_type type, rte_eth_dev_cb_fn fn, void *arg)
{
	if (id == RTE_ETH_ALL) {
		/* Of all, ethdev tells of the last one only. */
		for (id = 0; id < RTE_MAX_ETHPORTS; id++)
			if (rte_eth_dev_is_valid_port(id))
				unregister(id, type, fn, arg);
		rte_eth_dev_callback_unregister(RTE_ETH_ALL, type, fn, arg);
	} else if (rte_eth_dev_is_valid_port(id)) {
		unregister(id, type, fn, arg);
	}
}

/* ---- link events ---- */

static struct {
	struct t_lsc nb;
	unsigned int total;
	bool on[T_MAX_PORTS];
	uint16_t id[T_MAX_PORTS];
	int last[T_MAX_PORTS];	/* link_status told last, -1: none yet */
} lsc;

static int
on_lsc(uint16_t id, enum rte_eth_event_type type __rte_unused, void *arg,
       void *ret __rte_unused)
{
	uint8_t lport = (uintptr_t)arg;
	struct rte_eth_link link;

	if (lsc.id[lport] != id || rte_eth_link_get_nowait(id, &link) != 0)
		return -1;
	if (link.link_status == lsc.last[lport])
		__atomic_fetch_add(&lsc.nb.same[lport], 1, __ATOMIC_SEQ_CST);
	lsc.last[lport] = link.link_status;
	if (link.link_status)
		__atomic_fetch_add(&lsc.nb.up[lport], 1, __ATOMIC_SEQ_CST);
	else
		__atomic_fetch_add(&lsc.nb.down[lport], 1, __ATOMIC_SEQ_CST);
	__atomic_fetch_add(&lsc.total, 1, __ATOMIC_SEQ_CST);
	return 0;
}

int
t_lsc_watch(void)
{
	uint8_t i;

	memset(&lsc, 0, sizeof(lsc));
	for (i = 0; i < F.nb; i++) {
		lsc.id[i] = F.id[i];
		lsc.last[i] = -1;
		T_EQ(rte_eth_dev_callback_register(F.id[i], RTE_ETH_EVENT_INTR_LSC, on_lsc,
						   (void *)(uintptr_t)i), 0);
		lsc.on[i] = true;
	}
	return 0;
}

void
t_lsc_unwatch(void)
{
	uint8_t i;

	for (i = 0; i < T_MAX_PORTS; i++) {
		if (lsc.on[i])
			t_unregister(lsc.id[i], RTE_ETH_EVENT_INTR_LSC, on_lsc,
				     (void *)(uintptr_t)i);
		lsc.on[i] = false;
	}
}

void
t_lsc_get(struct t_lsc *out)
{
	uint8_t i;

	for (i = 0; i < T_MAX_PORTS; i++) {
		out->up[i] = __atomic_load_n(&lsc.nb.up[i], __ATOMIC_SEQ_CST);
		out->down[i] = __atomic_load_n(&lsc.nb.down[i], __ATOMIC_SEQ_CST);
		out->same[i] = __atomic_load_n(&lsc.nb.same[i], __ATOMIC_SEQ_CST);
	}
}

unsigned int
t_lsc_total(void)
{
	return __atomic_load_n(&lsc.total, __ATOMIC_SEQ_CST);
}

/* ---- inspection ---- */

int
t_fault(const char *fmt, ...)
{
	char cmd[256], reply[512] = "";
	va_list ap;
	int rc;

	va_start(ap, fmt);
	vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	rc = sim.fault(T_DEV, cmd, reply, sizeof(reply));
	T_CHECK(rc == 0, "fault \"%s\": %d %s", cmd, rc, reply);
	return 0;
}

/* The number at "key": after the first "section". */
static int64_t
json_number(const char *json, const char *section, const char *key)
{
	char word[64];
	const char *at = json;

	if (section != NULL) {
		snprintf(word, sizeof(word), "\"%s\":", section);
		at = strstr(at, word);
		if (at == NULL)
			return -1;
		at += strlen(word);
	}
	snprintf(word, sizeof(word), "\"%s\":", key);
	at = strstr(at, word);
	if (at == NULL)
		return -1;
	return strtoll(at + strlen(word), NULL, 10);
}

int64_t
t_state(const char *name, const char *section, const char *key)
{
	static char json[262144];

	if (sim.query(name, json, sizeof(json)) <= 0)
		return -1;
	return json_number(json, section, key);
}

int
t_breaches_are(const char *const *known)
{
	static char json[262144];
	const char *at, *end;
	int64_t total, n = 0;

	T_CHECK(sim.query(NULL, json, sizeof(json)) > 0, "no state of a removed device");
	total = json_number(json, "violations", "total");
	at = strstr(json, "\"violations\":");
	at = at != NULL ? strstr(at, "\"details\":[") : NULL;
	T_CHECK(total >= 0 && at != NULL, "the device does not tell of breaches");
	/* The checker leaves no quote in a text. */
	for (at = strchr(at, '['); at[1] == '"'; at = end + 1, n++) {
		const char *const *k = known;

		at += 2;
		end = strchr(at, '"');
		T_CHECK(end != NULL, "the list of breaches has no end");
		while (*k != NULL && strncmp(at, *k, strlen(*k)) != 0)
			k++;
		T_CHECK(*k != NULL, "breach of contract: %.*s", (int)(end - at), at);
	}
	/* Of too many, the reasons are told. */
	at = strstr(json, "\"reasons\":[");
	while (n != total && at != NULL && (at = strstr(at, "{\"reason\":\"")) != NULL) {
		const char *const *k = known;

		at += strlen("{\"reason\":\"");
		end = strchr(at, '"');
		while (*k != NULL && strncmp(at, *k, end - at) != 0)
			k++;
		T_CHECK(*k != NULL, "breach of contract: %.*s", (int)(end - at), at);
	}
	return 0;
}

const char *
t_telemetry_text(const char *cmd)
{
	static __thread char answer[65536];
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	ssize_t n = -1;
	int fd;

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/dpdk_telemetry.v2",
		 rte_eal_get_runtime_dir());
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return "";
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0 &&
	    recv(fd, answer, sizeof(answer) - 1, 0) > 0 &&
	    send(fd, cmd, strlen(cmd), MSG_NOSIGNAL) > 0)
		n = recv(fd, answer, sizeof(answer) - 1, 0);
	close(fd);
	answer[n > 0 ? n : 0] = '\0';
	return answer;
}

int64_t
t_telemetry(const char *cmd, const char *section, const char *key)
{
	return json_number(t_telemetry_text(cmd), section, key);
}

bool
t_xstat(uint8_t lport, const char *name, uint64_t *val)
{
	uint64_t id;

	if (rte_eth_xstats_get_id_by_name(F.id[lport], name, &id) != 0)
		return false;
	return rte_eth_xstats_get_by_id(F.id[lport], &id, val, 1) == 1;
}
