/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Statistics of a port. The device's counters run freely and are 40 or 32
 * bits wide; here they are 64. Each reading adds the distance from the last
 * one, modulo the width, so any counter that goes round at most once between
 * two readings is exact; the event engine reads often enough for that.
 *
 * Packets and bytes are those of the port's VSI, errors and frame sizes those
 * of the port's MAC. The device counts the FCS, ethdev does not.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_malloc.h>

#include "ice_mp_adminq.h"
#include "ice_mp_event.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_process.h"
#include "ice_mp_rxtx.h"
#include "ice_mp_stats.h"

enum stat_kind {
	STAT_PORT40,	/**< by lport, 40 bits */
	STAT_PORT32,
	STAT_VSI40,	/**< by VSI */
	STAT_VSI32,
};

/* The first ones are used by name, see basic statistics. */
enum {
	S_RX_BYTES, S_RX_UC, S_RX_MC, S_RX_BC, S_RX_MISSED,
	S_TX_BYTES, S_TX_UC, S_TX_MC, S_TX_BC, S_TX_ERRORS,
	S_CRC_ERRORS, S_ILLEGAL_BYTES, S_LENGTH_ERRORS, S_UNDERSIZE, S_FRAGMENTS, S_OVERSIZE,
	S_JABBERS,
	S_NAMED,
};

static const struct {
	const char *name;
	enum stat_kind kind;
	uint32_t reg;
} stats_desc[] = {
	[S_RX_BYTES] = { "rx_bytes_with_fcs", STAT_VSI40, GLV_GORCL },
	[S_RX_UC] = { "rx_unicast_packets", STAT_VSI40, GLV_UPRCL },
	[S_RX_MC] = { "rx_multicast_packets", STAT_VSI40, GLV_MPRCL },
	[S_RX_BC] = { "rx_broadcast_packets", STAT_VSI40, GLV_BPRCL },
	[S_RX_MISSED] = { "rx_no_descriptor", STAT_VSI32, GLV_RDPC(0) },
	[S_TX_BYTES] = { "tx_bytes_with_fcs", STAT_VSI40, GLV_GOTCL },
	[S_TX_UC] = { "tx_unicast_packets", STAT_VSI40, GLV_UPTCL },
	[S_TX_MC] = { "tx_multicast_packets", STAT_VSI40, GLV_MPTCL },
	[S_TX_BC] = { "tx_broadcast_packets", STAT_VSI40, GLV_BPTCL },
	[S_TX_ERRORS] = { "tx_vsi_errors", STAT_VSI32, GLV_TEPC(0) },
	[S_CRC_ERRORS] = { "rx_crc_errors", STAT_PORT32, GLPRT_CRCERRS },
	[S_ILLEGAL_BYTES] = { "rx_illegal_byte_errors", STAT_PORT32, GLPRT_ILLERRC },
	[S_LENGTH_ERRORS] = { "rx_length_errors", STAT_PORT32, GLPRT_RLEC },
	[S_UNDERSIZE] = { "rx_undersize_errors", STAT_PORT32, GLPRT_RUC },
	[S_FRAGMENTS] = { "rx_fragment_errors", STAT_PORT32, GLPRT_RFC },
	[S_OVERSIZE] = { "rx_oversize_errors", STAT_PORT32, GLPRT_ROC },
	[S_JABBERS] = { "rx_jabber_errors", STAT_PORT32, GLPRT_RJC },

	{ "rx_port_bytes_with_fcs", STAT_PORT40, GLPRT_GORCL },
	{ "rx_port_unicast_packets", STAT_PORT40, GLPRT_UPRCL },
	{ "rx_port_multicast_packets", STAT_PORT40, GLPRT_MPRCL },
	{ "rx_port_broadcast_packets", STAT_PORT40, GLPRT_BPRCL },
	{ "rx_size_64_packets", STAT_PORT40, GLPRT_PRC64L },
	{ "rx_size_65_to_127_packets", STAT_PORT40, GLPRT_PRC127L },
	{ "rx_size_128_to_255_packets", STAT_PORT40, GLPRT_PRC255L },
	{ "rx_size_256_to_511_packets", STAT_PORT40, GLPRT_PRC511L },
	{ "rx_size_512_to_1023_packets", STAT_PORT40, GLPRT_PRC1023L },
	{ "rx_size_1024_to_1522_packets", STAT_PORT40, GLPRT_PRC1522L },
	{ "rx_size_1523_to_max_packets", STAT_PORT40, GLPRT_PRC9522L },
	{ "rx_xon_packets", STAT_PORT32, GLPRT_LXONRXC },
	{ "rx_xoff_packets", STAT_PORT32, GLPRT_LXOFFRXC },
	{ "rx_error_packets", STAT_VSI32, GLV_REPC(0) },
	{ "mac_local_faults", STAT_PORT32, GLPRT_MLFC },
	{ "mac_remote_faults", STAT_PORT32, GLPRT_MRFC },
	{ "tx_port_bytes_with_fcs", STAT_PORT40, GLPRT_GOTCL },
	{ "tx_port_unicast_packets", STAT_PORT40, GLPRT_UPTCL },
	{ "tx_port_multicast_packets", STAT_PORT40, GLPRT_MPTCL },
	{ "tx_port_broadcast_packets", STAT_PORT40, GLPRT_BPTCL },
	{ "tx_size_64_packets", STAT_PORT40, GLPRT_PTC64L },
	{ "tx_size_65_to_127_packets", STAT_PORT40, GLPRT_PTC127L },
	{ "tx_size_128_to_255_packets", STAT_PORT40, GLPRT_PTC255L },
	{ "tx_size_256_to_511_packets", STAT_PORT40, GLPRT_PTC511L },
	{ "tx_size_512_to_1023_packets", STAT_PORT40, GLPRT_PTC1023L },
	{ "tx_size_1024_to_1522_packets", STAT_PORT40, GLPRT_PTC1522L },
	{ "tx_size_1523_to_max_packets", STAT_PORT40, GLPRT_PTC9522L },
	{ "tx_dropped_link_down", STAT_PORT32, GLPRT_TDOLD },
	{ "tx_xon_packets", STAT_PORT32, GLPRT_LXONTXC },
	{ "tx_xoff_packets", STAT_PORT32, GLPRT_LXOFFTXC },
};

#define NB_STATS	RTE_DIM(stats_desc)

static const char * const rxq_names[] = {
	"packets", "bytes", "errors", "mbuf_alloc_errors", "lost_interrupts",
};
static const char * const txq_names[] = { "packets", "bytes", "errors", "lost_completions" };

/** Of the event engine: delivered to the port, then of its device by source. */
#define NB_EVENTS	(ICE_MP_EVENT_TYPES + ICE_MP_SRC_COUNT * ICE_MP_EVENT_KINDS)

struct ice_mp_port_stats {
	pthread_mutex_t lock;	/**< a leaf */
	struct ice_mp_stat s[NB_STATS];
	/** Of the event engine, which counts on, at the port's last reset of
	 * its statistics. */
	struct ice_mp_event_counters events;
};

/* Read the high register on both sides of the low one, until it has not
 * moved. */
uint64_t
ice_mp_stat_read40(const struct ice_mp_pf *pf, uint32_t reg)
{
	uint32_t lo, hi, again;
	unsigned int turn = 0;

	hi = ice_mp_rd32(pf, reg + 4);
	for (;;) {
		lo = ice_mp_rd32(pf, reg);
		again = ice_mp_rd32(pf, reg + 4);
		if (again == hi || ++turn == 3)
			break;
		hi = again;
	}
	return ((uint64_t)again << 32 | lo) & ICE_MP_STAT40_M;
}

static uint64_t
read_raw(const struct ice_mp_port *port, unsigned int i)
{
	const struct ice_mp_pf *pf = port->pf;
	uint32_t reg = stats_desc[i].reg;

	switch (stats_desc[i].kind) {
	case STAT_PORT40:
		return ice_mp_stat_read40(pf, reg + GLPRT_STRIDE * port->lport);
	case STAT_PORT32:
		return ice_mp_rd32(pf, reg + GLPRT_STRIDE * port->lport);
	case STAT_VSI40:
		return ice_mp_stat_read40(pf, reg + GLV_STRIDE * port->vsi);
	case STAT_VSI32:
		return ice_mp_rd32(pf, reg + 4 * port->vsi);
	}
	return 0;
}

static uint64_t
stat_mask(unsigned int i)
{
	return stats_desc[i].kind == STAT_PORT40 || stats_desc[i].kind == STAT_VSI40 ?
	       ICE_MP_STAT40_M : UINT32_MAX;
}

/* Lock held. A device that is gone or in a reset says nothing that counts. A
 * reset takes the AdminQ first: what was read while it is alive is of before. */
static void
stats_update(struct ice_mp_port *port)
{
	struct ice_mp_port_stats *st = port->stats;
	uint64_t raw[NB_STATS];
	unsigned int i;

	if (!port->hw_up)
		return;
	for (i = 0; i < NB_STATS; i++)
		raw[i] = read_raw(port, i);
	if (!ice_mp_present(port->pf) || !ice_mp_aq_alive(port->pf))
		return;
	for (i = 0; i < NB_STATS; i++) {
		st->s[i].total += (raw[i] - st->s[i].prev) & stat_mask(i);
		st->s[i].prev = raw[i];
	}
}

int
ice_mp_stats_init(struct ice_mp_port *port)
{
	port->stats = rte_zmalloc("ice_mp_stats", sizeof(*port->stats), RTE_CACHE_LINE_SIZE);
	if (port->stats == NULL)
		return -ENOMEM;
	pthread_mutex_init(&port->stats->lock, NULL);
	return 0;
}

void
ice_mp_stats_fini(struct ice_mp_port *port)
{
	if (port->stats == NULL)
		return;
	pthread_mutex_destroy(&port->stats->lock);
	rte_free(port->stats);
	port->stats = NULL;
}

void
ice_mp_stats_rebase(struct ice_mp_port *port)
{
	struct ice_mp_port_stats *st = port->stats;
	unsigned int i;

	pthread_mutex_lock(&st->lock);
	for (i = 0; i < NB_STATS; i++)
		st->s[i].prev = read_raw(port, i);
	pthread_mutex_unlock(&st->lock);
}

void
ice_mp_stats_tick(struct ice_mp_port *port)
{
	pthread_mutex_lock(&port->stats->lock);
	stats_update(port);
	pthread_mutex_unlock(&port->stats->lock);
}

static int
stats_read(const struct rte_eth_dev *dev, uint64_t out[NB_STATS])
{
	struct ice_mp_port_stats *st;
	unsigned int i;
	int rc;

	if (rte_eal_process_type() != RTE_PROC_PRIMARY) {
		/* The lock is for threads of the primary. */
		rc = ice_mp_secondary_refresh_stats(dev);
		if (rc != 0)
			return rc;
		st = ice_mp_dev_port(dev)->stats;
		for (i = 0; i < NB_STATS; i++)
			out[i] = __atomic_load_n(&st->s[i].total, __ATOMIC_RELAXED);
		return 0;
	}
	st = ice_mp_dev_port(dev)->stats;
	pthread_mutex_lock(&st->lock);
	stats_update(ice_mp_dev_port(dev));
	for (i = 0; i < NB_STATS; i++)
		out[i] = st->s[i].total;
	pthread_mutex_unlock(&st->lock);
	return 0;
}

/* Bytes without FCS; the counters are read one after the other, so traffic
 * in between must not make the difference negative. */
static uint64_t
no_fcs(uint64_t bytes, uint64_t packets)
{
	uint64_t fcs = packets * RTE_ETHER_CRC_LEN;

	return bytes > fcs ? bytes - fcs : 0;
}

int
ice_mp_stats_get(ICE_MP_STATS_GET_ARGS(dev, stats, qstats))
{
	ice_mp_qstats *qs = ICE_MP_QSTATS(stats, qstats);
	struct ice_mp_queue_stats q;
	uint64_t s[NB_STATS];
	uint64_t nombuf = 0;
	unsigned int i;
	int rc;

	rc = stats_read(dev, s);
	if (rc != 0)
		return rc;
	/* The VSI counts a frame before it looks for a buffer. */
	stats->ipackets = s[S_RX_UC] + s[S_RX_MC] + s[S_RX_BC];
	stats->ibytes = no_fcs(s[S_RX_BYTES], stats->ipackets);
	stats->imissed = s[S_RX_MISSED];
	stats->ipackets -= RTE_MIN(stats->imissed, stats->ipackets);
	stats->opackets = s[S_TX_UC] + s[S_TX_MC] + s[S_TX_BC];
	stats->obytes = no_fcs(s[S_TX_BYTES], stats->opackets);
	stats->oerrors = s[S_TX_ERRORS];
	stats->ierrors = s[S_CRC_ERRORS] + s[S_ILLEGAL_BYTES] + s[S_LENGTH_ERRORS] +
			 s[S_UNDERSIZE] + s[S_FRAGMENTS] + s[S_OVERSIZE] + s[S_JABBERS];
	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		ice_mp_rxq_stats(dev, i, &q);
		nombuf += q.no_mbuf;
		if (qs == NULL || i >= RTE_ETHDEV_QUEUE_STAT_CNTRS)
			continue;
		qs->q_ipackets[i] = q.packets;
		qs->q_ibytes[i] = q.bytes;
		qs->q_errors[i] = q.errors;
	}
	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		if (qs == NULL || i >= RTE_ETHDEV_QUEUE_STAT_CNTRS)
			break;
		ice_mp_txq_stats(dev, i, &q);
		qs->q_opackets[i] = q.packets;
		qs->q_obytes[i] = q.bytes;
	}
	stats->rx_nombuf = nombuf;
	return 0;
}

int
ice_mp_stats_reset(struct rte_eth_dev *dev)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	unsigned int i;

	pthread_mutex_lock(&port->stats->lock);
	stats_update(port);
	for (i = 0; i < NB_STATS; i++)
		port->stats->s[i].total = 0;
	ice_mp_event_counters_get(port->pf, &port->stats->events);
	pthread_mutex_unlock(&port->stats->lock);
	ice_mp_queue_stats_reset(dev);
	return 0;
}

int
ice_mp_xstats_reset(struct rte_eth_dev *dev)
{
	return ice_mp_stats_reset(dev);
}

static unsigned int
xstats_count(const struct rte_eth_dev *dev)
{
	return NB_STATS + NB_EVENTS + dev->data->nb_rx_queues * RTE_DIM(rxq_names) +
	       dev->data->nb_tx_queues * RTE_DIM(txq_names);
}

/* The i-th counter of the event engine and its name. */
static uint64_t
event_stat(const struct ice_mp_event_counters *c, uint8_t lport, unsigned int i, char *name,
	   size_t size)
{
	enum ice_mp_event_source src;
	char kind[32];
	uint64_t val;

	if (i < ICE_MP_EVENT_TYPES) {
		snprintf(name, size, "events_%s", ice_mp_event_type_names[i]);
		return c->port[lport][i];
	}
	i -= ICE_MP_EVENT_TYPES;
	src = i / ICE_MP_EVENT_KINDS;
	val = ice_mp_event_count_of(c, src, i % ICE_MP_EVENT_KINDS, kind, sizeof(kind));
	snprintf(name, size, "device_events_%s_%s", ice_mp_event_src_names[src], kind);
	return val;
}

static void
xstat_name(const struct rte_eth_dev *dev, unsigned int id, struct rte_eth_xstat_name *out)
{
	unsigned int i = id;

	if (i < NB_STATS) {
		snprintf(out->name, sizeof(out->name), "%s", stats_desc[i].name);
		return;
	}
	i -= NB_STATS;
	if (i < NB_EVENTS) {
		static const struct ice_mp_event_counters none;

		(void)event_stat(&none, 0, i, out->name, sizeof(out->name));
		return;
	}
	i -= NB_EVENTS;
	if (i < dev->data->nb_rx_queues * RTE_DIM(rxq_names)) {
		snprintf(out->name, sizeof(out->name), "rx_q%u_%s",
			 (unsigned int)(i / RTE_DIM(rxq_names)), rxq_names[i % RTE_DIM(rxq_names)]);
		return;
	}
	i -= dev->data->nb_rx_queues * RTE_DIM(rxq_names);
	snprintf(out->name, sizeof(out->name), "tx_q%u_%s", (unsigned int)(i / RTE_DIM(txq_names)),
		 txq_names[i % RTE_DIM(txq_names)]);
}

/* All values in the order of the ids; `out` has xstats_count() entries. */
static int
xstats_values(struct rte_eth_dev *dev, uint64_t *out)
{
	const struct ice_mp_port *port = ice_mp_dev_port(dev);
	char name[RTE_ETH_XSTATS_NAME_SIZE];
	struct ice_mp_event_counters events;
	struct ice_mp_queue_stats q;
	unsigned int n = NB_STATS;
	uint16_t i;
	int rc;

	rc = stats_read(dev, out);
	if (rc != 0)
		return rc;
	ice_mp_event_counters_get(port->pf, &events);
	for (i = 0; i < NB_EVENTS; i++)
		out[n++] = event_stat(&events, port->lport, i, name, sizeof(name)) -
			   event_stat(&port->stats->events, port->lport, i, name, sizeof(name));
	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		ice_mp_rxq_stats(dev, i, &q);
		out[n++] = q.packets;
		out[n++] = q.bytes;
		out[n++] = q.errors;
		out[n++] = q.no_mbuf;
		out[n++] = q.lost;
	}
	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		ice_mp_txq_stats(dev, i, &q);
		out[n++] = q.packets;
		out[n++] = q.bytes;
		out[n++] = q.errors;
		out[n++] = q.lost;
	}
	return 0;
}

int
ice_mp_xstats_get(struct rte_eth_dev *dev, struct rte_eth_xstat *out, unsigned int n)
{
	unsigned int nb = xstats_count(dev);
	uint64_t *vals;
	unsigned int i;
	int rc;

	if (out == NULL || n < nb)
		return nb;
	vals = calloc(nb, sizeof(*vals));
	if (vals == NULL)
		return -ENOMEM;
	rc = xstats_values(dev, vals);
	for (i = 0; i < nb && rc == 0; i++) {
		out[i].id = i;
		out[i].value = vals[i];
	}
	free(vals);
	return rc != 0 ? rc : (int)nb;
}

int
ice_mp_xstats_get_names(struct rte_eth_dev *dev, struct rte_eth_xstat_name *out, unsigned int n)
{
	unsigned int nb = xstats_count(dev);
	unsigned int i;

	if (out == NULL || n < nb)
		return nb;
	for (i = 0; i < nb; i++)
		xstat_name(dev, i, &out[i]);
	return nb;
}

int
ice_mp_xstats_get_by_id(struct rte_eth_dev *dev, const uint64_t *ids, uint64_t *values,
			unsigned int n)
{
	unsigned int nb = xstats_count(dev);
	uint64_t *vals;
	unsigned int i;
	int rc;

	if (ids == NULL && (values == NULL || n < nb))
		return nb;
	vals = calloc(nb, sizeof(*vals));
	if (vals == NULL)
		return -ENOMEM;
	rc = xstats_values(dev, vals);
	if (rc != 0) {
		free(vals);
		return rc;
	}
	rc = n;
	if (ids == NULL) {
		memcpy(values, vals, nb * sizeof(*vals));
		rc = nb;
	} else {
		for (i = 0; i < n && rc >= 0; i++) {
			if (ids[i] >= nb)
				rc = -EINVAL;
			else
				values[i] = vals[ids[i]];
		}
	}
	free(vals);
	return rc;
}

int
ice_mp_xstats_get_names_by_id(struct rte_eth_dev *dev, const uint64_t *ids,
			      struct rte_eth_xstat_name *out, unsigned int n)
{
	unsigned int nb = xstats_count(dev);
	unsigned int i;

	if (ids == NULL)
		return ice_mp_xstats_get_names(dev, out, n);
	for (i = 0; i < n; i++) {
		if (ids[i] >= nb)
			return -EINVAL;
		xstat_name(dev, ids[i], &out[i]);
	}
	return n;
}
