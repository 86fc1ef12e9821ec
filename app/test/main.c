/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <dlfcn.h>
#include <fnmatch.h>
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include <rte_cpuflags.h>
#include <rte_eal.h>
#include <rte_mbuf_dyn.h>
#include <rte_epoll.h>
#include <rte_interrupts.h>
#include <rte_mempool.h>

#include "test.h"
#include "vf_admin.h"
#include "vf_client.h"

extern const struct t_suite suite_probe, suite_devargs, suite_lifecycle, suite_mac, suite_link,
	suite_event, suite_isolation, suite_intr, suite_adminq, suite_data, suite_filter,
	suite_offload, suite_rss, suite_stats, suite_queue, suite_leak, suite_fault,
	suite_fault_table, suite_reset, suite_recovery, suite_hostile, suite_restore,
	suite_sweep, suite_nested, suite_threads, suite_soak, suite_soak_reset,
	suite_vf, suite_vf_data, suite_vf_hostile, suite_vf_caps, suite_vf_rings, suite_vf_reset,
	suite_vf_flood, suite_vf_admin, suite_vf_admin_life, suite_vf_repr,
	suite_tunnel, suite_long, suite_dp, suite_phy, suite_panel, suite_rate;

static const struct t_suite *const suites[] = {
	&suite_probe, &suite_devargs, &suite_lifecycle, &suite_mac, &suite_link, &suite_event,
	&suite_isolation, &suite_intr, &suite_adminq, &suite_data, &suite_filter,
	&suite_offload, &suite_rss, &suite_stats, &suite_queue, &suite_leak, &suite_fault,
	&suite_fault_table, &suite_reset, &suite_recovery, &suite_hostile, &suite_restore,
	&suite_sweep, &suite_nested, &suite_threads, &suite_soak, &suite_soak_reset,
	&suite_vf, &suite_vf_data, &suite_vf_hostile, &suite_vf_caps, &suite_vf_rings, &suite_vf_reset,
	&suite_vf_flood, &suite_vf_admin, &suite_vf_admin_life, &suite_vf_repr,
	&suite_tunnel, &suite_long, &suite_dp, &suite_phy, &suite_panel, &suite_rate,
};

struct t_fixture F;
struct t_sim_api sim;
const struct t_case *t_current;
int (*t_event_counters)(uint16_t port_id, struct ice_mp_event_counters *out);
int (*t_port_options_get)(uint16_t port_id, struct rte_pmd_ice_mp_port_options *options);
int (*t_port_option_set)(uint16_t port_id, uint8_t option);

static struct {
	bool list, wired;
	const char *filter;
	FILE *json;
	unsigned int passed, failed, skipped;
	unsigned int ports;	/* of the device, without the sim */
} run;

static void
find_driver(void)
{
#define CALL(x)	{ "rte_pmd_ice_mp_vf_" #x, (void **)&vfa.x }
	static const struct {
		const char *name;
		void **at;
	} calls[] = {
		{ "ice_mp_event_counters_by_port", (void **)&t_event_counters },
		CALL(info_get), CALL(mac_set), CALL(vlan_set), CALL(trust_set),
		CALL(spoof_check_set), CALL(promisc_set), CALL(link_set), CALL(rate_set),
		{ "rte_pmd_ice_mp_port_options_get", (void **)&t_port_options_get },
		{ "rte_pmd_ice_mp_port_option_set", (void **)&t_port_option_set },
		CALL(mtu_set), CALL(stats_get), CALL(stats_reset), CALL(reset), CALL(move),
	};
#undef CALL
	void *so = dlopen("librte_net_ice_mp.so", RTLD_NOW | RTLD_NOLOAD);
	unsigned int i;

	for (i = 0; so != NULL && i < RTE_DIM(calls); i++)
		*calls[i].at = dlsym(so, calls[i].name);
}

static bool
find_sim(void)
{
#define CALL(x)	{ #x, (void **)&sim.x }
	static const struct {
		const char *name;
		void **at;
	} calls[] = {
		CALL(fault), CALL(fault_script), CALL(query), CALL(violations), CALL(reg_read),
		CALL(reg_write), CALL(inject_event), CALL(inject_rx), CALL(capture),
		CALL(collect_tx), CALL(vf_enable), CALL(vf_reg_read), CALL(vf_reg_write),
		CALL(vf_flr), CALL(vf_grant), CALL(vf_revoke), CALL(vf_msix), CALL(fn_violations),
		CALL(fn_digest),
	};
#undef CALL
	/* EAL has loaded it, but for itself only. */
	void *so = dlopen("librte_net_ice_mp_sim.so", RTLD_NOW | RTLD_NOLOAD);
	unsigned int i;

	if (so == NULL)
		return false;
	for (i = 0; i < RTE_DIM(calls); i++) {
		char name[64];

		snprintf(name, sizeof(name), "ice_mp_sim_%s", calls[i].name);
		*calls[i].at = dlsym(so, name);
		if (*calls[i].at == NULL)
			return false;
	}
	return true;
}

static bool
runnable(const struct t_case *c)
{
	if (((c->flags & T_AVX2) != 0 && rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX2) != 1) ||
	    ((c->flags & T_AVX512) != 0 && (rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX512BW) != 1 ||
	      rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX512VL) != 1)))
		return false;
	if (F.sim)
		return true;
	return (c->flags & (T_SIM | T_BARE)) == 0 && c->args == NULL && c->ports <= run.ports &&
	       ((c->flags & T_WIRED) == 0 || run.wired);
}

static int
fixture_open(const struct t_case *c)
{
	char args[512];
	int rc;

	if (c->flags & T_BARE)
		return 0;
	if (!F.sim) {
		T_CHECK(t_discover(NULL) >= c->ports, "ports are missing");
		/* As many as the case would have on the sim; the others rest. */
		if (c->ports > 1)
			F.nb = c->ports;
		return 0;
	}
	t_devargs(args, sizeof(args), c->ports, c->flags & T_WIRED, c->args);
	rc = t_probe(T_DEV, args);
	T_CHECK(rc == 0, "probe \"%s\": %s", args, rte_strerror(-rc));
	F.attached = true;
	t_discover(T_DEV);
	return 0;
}

static int
fixture_close(void)
{
	uint8_t i;
	int rc;

	t_lsc_unwatch();
	vfc_end();
	if (!F.sim) {
		for (i = 0; i < F.nb; i++) {
			rte_eth_promiscuous_disable(F.id[i]);
			rte_eth_allmulticast_disable(F.id[i]);
			rte_eth_dev_stop(F.id[i]);
			rte_eth_dev_reset(F.id[i]);
		}
		return 0;
	}
	if (!F.attached)
		return 0;
	F.attached = false;
	rc = t_remove(T_DEV);
	T_CHECK(rc == 0, "remove: %s", rte_strerror(-rc));
	T_EQ(t_count_ethdevs(T_DEV), 0);
	return 0;
}

static int
run_case(const struct t_case *c)
{
	int64_t breaches = F.sim ? sim.violations(NULL) : 0;
	struct t_usage before;
	int rc;

	t_current = c;
	t_reason_clear();
	t_usage_get(&before);
	rc = fixture_open(c);
	if (rc == 0)
		rc = c->run();
	if (fixture_close() != 0)
		rc = -1;
	/* A case that failed half way may leave its own devices. */
	if (rc != 0 && F.sim) {
		t_remove(T_DEV);
		t_remove(T_DEV_OTHER);
	}
	if (t_usage_check(&before) != 0)
		rc = -1;
	/* Removed devices are counted together, their last acts included. */
	if (F.sim && (c->flags & T_BREACH) == 0 && sim.violations(NULL) != breaches)
		rc = t_fail(__FILE__, __LINE__, "%lld breaches of contract",
			    (long long)(sim.violations(NULL) - breaches));
	return rc;
}

static void
json_text(FILE *f, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			fputc('\\', f);
		if ((unsigned char)*s >= 0x20)
			fputc(*s, f);
	}
}

static void
report(const struct t_suite *s, const struct t_case *c, const char *result, uint64_t ms)
{
	static const char *sep = "";

	if (run.json == NULL)
		return;
	fprintf(run.json, "%s{\"name\":\"%s/%s\",\"result\":\"%s\",\"ms\":%lu,\"reason\":\"", sep,
		s->name, c->name, result, (unsigned long)ms);
	if (strcmp(result, "failed") == 0)
		json_text(run.json, t_reason());
	fprintf(run.json, "\"}");
	sep = ",";
}

/* ICE_MP_TEST_BUT in the environment: suites left out, by a space in between. */
static bool
left_out(const struct t_suite *s)
{
	const char *but = getenv("ICE_MP_TEST_BUT");
	size_t len = strlen(s->name);
	const char *at;

	for (at = but; at != NULL && (at = strstr(at, s->name)) != NULL; at++)
		if ((at == but || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
	return false;
}

static void
run_suite(const struct t_suite *s)
{
	unsigned int i;

	if (left_out(s))
		return;
	for (i = 0; i < s->nb; i++) {
		const struct t_case *c = &s->cases[i];
		char name[128];
		uint64_t t0;

		snprintf(name, sizeof(name), "%s/%s", s->name, c->name);
		if (run.filter != NULL && fnmatch(run.filter, name, 0) != 0 &&
		    strstr(name, run.filter) == NULL)
			continue;
		if (run.list) {
			if (runnable(c))
				printf("%s\n", name);
			continue;
		}
		if (!runnable(c)) {
			run.skipped++;
			report(s, c, "skipped", 0);
			continue;
		}
		t0 = t_now_ms();
		if (run_case(c) == 0) {
			run.passed++;
			printf("ok %s\n", name);
			report(s, c, "passed", t_now_ms() - t0);
		} else {
			run.failed++;
			printf("FAIL %s: %s\n", name, t_reason());
			report(s, c, "failed", t_now_ms() - t0);
		}
		fflush(stdout);
	}
}

static struct rte_mempool *
make_pool(const char *name, unsigned int nb, unsigned int room)
{
	/* No cache: every mbuf outside is one somebody holds. */
	return rte_pktmbuf_pool_create(name, nb, 0, 0, RTE_PKTMBUF_HEADROOM + room,
				       SOCKET_ID_ANY);
}

/* Of a sanitizer's run time, where there is one. */
void __sanitizer_symbolize_pc(void *pc, const char *fmt, char *out, size_t len)
	__attribute__((weak));

/* What libraries create on first use is not a leak of the first case. */
static void
warm_up(void)
{
	struct rte_epoll_event ev;
	char args[128];

	/* The program that finds names for addresses, and the pipes to it. */
	if (__sanitizer_symbolize_pc != NULL)
		__sanitizer_symbolize_pc(__builtin_return_address(0), "%f", args, sizeof(args));
	/* The thread's own epoll fd. */
	rte_epoll_wait(RTE_EPOLL_PER_THREAD, &ev, 1, 0);
	if (!F.sim) {
		/* ethdev keeps a port's queue arrays until it is closed. */
		t_discover(NULL);
		t_up_all(NULL);
		fixture_close();
		return;
	}
	t_devargs(args, sizeof(args), 8, false, NULL);
	if (t_probe(T_DEV, args) == 0)
		t_remove(T_DEV);
}

static int
options(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "list", no_argument, NULL, 'l' },
		{ "filter", required_argument, NULL, 'f' },
		{ "json", required_argument, NULL, 'j' },
		{ "wired", no_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 }
	};
	int opt;

	optind = 1;
	while ((opt = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (opt) {
		case 'l':
			run.list = true;
			break;
		case 'f':
			run.filter = optarg;
			break;
		case 'j':
			run.json = fopen(optarg, "w");
			if (run.json == NULL) {
				perror(optarg);
				return -1;
			}
			break;
		case 'w':
			run.wired = true;
			break;
		default:
			fprintf(stderr, "usage: dpdk-test-ice_mp [EAL options] -- [--list] "
				"[--filter PATTERN] [--json FILE] [--wired]\n"
				"  --wired  without the sim: ports 0:1, 2:3… are joined\n"
				"  --list   without sim and device: what a device is tested for\n");
			return -1;
		}
	}
	return 0;
}

int
main(int argc, char **argv)
{
	unsigned int i;
	int rc;

	rc = rte_eal_init(argc, argv);
	if (rc < 0) {
		fprintf(stderr, "EAL does not start: %s\n", rte_strerror(rte_errno));
		return 2;
	}
	if (options(argc - rc, argv + rc) != 0)
		return 2;
	find_driver();
	F.sim = find_sim();
	run.ports = F.sim ? 0 : t_discover(NULL);
	if (!F.sim && run.ports == 0 && run.list) {
		/* What a device would be asked. */
		run.ports = T_MAX_PORTS;
	} else if (!F.sim && run.ports == 0) {
		fprintf(stderr, "no ice_mp device, and the sim is not loaded\n");
		return 2;
	}
	F.pool = make_pool("t_pool", 12288, 2048);
	F.big = make_pool("t_big", 2048, 10240);
	if (F.pool == NULL || F.big == NULL) {
		fprintf(stderr, "no mbufs: %s\n", rte_strerror(rte_errno));
		return 2;
	}
	/* mbufs keep a field that somebody asked for. */
	rte_mbuf_dyn_rx_timestamp_register(NULL, NULL);
	if (!run.list)
		warm_up();
	if (run.json != NULL)
		fprintf(run.json, "{\"cases\":[");
	for (i = 0; i < RTE_DIM(suites); i++)
		run_suite(suites[i]);
	if (run.json != NULL) {
		fprintf(run.json, "],\"passed\":%u,\"failed\":%u,\"skipped\":%u}\n", run.passed,
			run.failed, run.skipped);
		fclose(run.json);
	}
	rte_eal_cleanup();
	if (run.list)
		return 0;
	printf("%u passed, %u failed, %u skipped\n", run.passed, run.failed, run.skipped);
	return run.failed == 0 && run.passed > 0 ? 0 : 1;
}
