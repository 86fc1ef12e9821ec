/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_errno.h>

#include "bench.h"

void *
bench_mem(size_t size)
{
	void *p = NULL;

	if (posix_memalign(&p, 4096, RTE_ALIGN(size, 4096)) != 0)
		rte_exit(EXIT_FAILURE, "no memory\n");
	memset(p, 0, size);
	return p;
}

/* Memory that need not be contiguous for a device gets no IOVA. */
static void
iova_is_va(struct rte_mempool *mp, void *arg, void *obj, unsigned int idx)
{
	struct rte_mbuf *m = obj;

	RTE_SET_USED(mp);
	RTE_SET_USED(arg);
	RTE_SET_USED(idx);
	m->buf_iova = (uintptr_t)m->buf_addr;
}

struct rte_mempool *
bench_pool(const char *name, unsigned int n)
{
	struct rte_pktmbuf_pool_private priv = {
		.mbuf_data_room_size = RTE_PKTMBUF_HEADROOM + BENCH_ROOM,
	};
	struct rte_mempool *mp = rte_mempool_create_empty(name, n,
		sizeof(struct rte_mbuf) + priv.mbuf_data_room_size, BENCH_POOL_CACHE, sizeof(priv),
		SOCKET_ID_ANY, RTE_MEMPOOL_F_NO_IOVA_CONTIG);

	if (mp == NULL)
		rte_exit(EXIT_FAILURE, "no pool: %s\n", rte_strerror(rte_errno));
	rte_pktmbuf_pool_init(mp, &priv);
	if (rte_mempool_populate_default(mp) < 0)
		rte_exit(EXIT_FAILURE, "no memory for the pool\n");
	rte_mempool_obj_iter(mp, rte_pktmbuf_init, NULL);
	rte_mempool_obj_iter(mp, iova_is_va, NULL);
	return mp;
}

static int
cmp(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

double
bench_quantile(double *v, unsigned int n, double below)
{
	qsort(v, n, sizeof(*v), cmp);
	return v[RTE_MIN((unsigned int)(n * below), n - 1)];
}

double
bench_clock_cost(void)
{
	double v[101];
	unsigned int i;

	for (i = 0; i < RTE_DIM(v); i++) {
		uint64_t t0 = rte_rdtsc_precise();

		v[i] = rte_rdtsc_precise() - t0;
	}
	return bench_quantile(v, RTE_DIM(v), 0.5);
}
