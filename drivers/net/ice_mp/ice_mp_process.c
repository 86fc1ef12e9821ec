/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * A secondary asks, the primary answers. The message is its own answer: the
 * primary fills in what was asked for and `rc`.
 *
 * Pointers in shared memory are good in every process, those to functions and
 * constants are not: a secondary has its own table of operations, of which
 * none follows such a pointer, and burst functions that serve every offload,
 * so that it need not know when the primary chooses others.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_string_fns.h>

#include "ice_mp_ctl.h"
#include "ice_mp_ethdev.h"
#include "ice_mp_log.h"
#include "ice_mp_pf.h"
#include "ice_mp_port.h"
#include "ice_mp_process.h"
#include "ice_mp_rxtx.h"
#include "ice_mp_stats.h"

#define PROCESS_CHANNEL		"net_ice_mp"
/** Seconds the primary gets for an answer. */
#define PROCESS_TIMEOUT_S	2
/** Both sides see the same memory: they must agree on what it looks like. */
#define PROCESS_LAYOUT \
	(sizeof(struct ice_mp_pf) * 31 + sizeof(struct ice_mp_port) * 17 + \
	 sizeof(struct ice_mp_rxq) * 7 + sizeof(struct ice_mp_txq))

enum process_op {
	PROCESS_PORTS,	/**< which lports has the device `name`? */
	PROCESS_STATS,	/**< read the counters of `port_id` */
};

struct process_msg {
	uint32_t layout;
	uint32_t op;			/**< enum process_op */
	int32_t rc;			/**< 0 or -errno */
	uint16_t port_id;
	uint8_t single;			/**< 0 or 1: the ethdev has the device's name */
	uint8_t lports;			/**< mask */
	char name[RTE_DEV_NAME_MAX_LEN];
};

uint32_t ice_mp_pid;

static unsigned int users;
static pthread_mutex_t users_lock = PTHREAD_MUTEX_INITIALIZER;

/* Primary */

static int
answer_ports(struct process_msg *msg)
{
	struct ice_mp_pf_list *pfs = ice_mp_pfs_lock();
	struct ice_mp_pf *pf;
	uint8_t i;

	msg->rc = -ENODEV;
	TAILQ_FOREACH(pf, pfs, next) {
		if (strcmp(pf->name, msg->name) != 0)
			continue;
		msg->rc = 0;
		pthread_mutex_lock(&pf->lock);
		for (i = 0; i < ICE_MP_MAX_PORTS; i++) {
			if (pf->by_lport[i] == NULL)
				continue;
			msg->lports |= 1u << i;
			/* As it was named: after a reset there may be fewer ports. */
			msg->single |= strcmp(pf->by_lport[i]->data->name, pf->name) == 0;
		}
		pthread_mutex_unlock(&pf->lock);
	}
	ice_mp_pfs_unlock();
	return msg->rc;
}

static int
answer_stats(struct process_msg *msg)
{
	struct ice_mp_pf_list *pfs = ice_mp_pfs_lock();
	struct ice_mp_pf *pf;
	unsigned int i;

	msg->rc = -ENODEV;
	TAILQ_FOREACH(pf, pfs, next) {
		ice_mp_ctl_lock(pf);
		pthread_mutex_lock(&pf->lock);
		for (i = 0; i < ICE_MP_MAX_PORTS; i++) {
			if (pf->ports[i] == NULL || pf->ports[i]->data->port_id != msg->port_id)
				continue;
			ice_mp_stats_tick(pf->ports[i]);
			msg->rc = 0;
		}
		pthread_mutex_unlock(&pf->lock);
		ice_mp_ctl_unlock(pf);
	}
	ice_mp_pfs_unlock();
	return msg->rc;
}

/* EAL's thread for such messages. */
static int
process_answer(const struct rte_mp_msg *in, const void *peer)
{
	struct rte_mp_msg out = { .len_param = sizeof(struct process_msg) };
	struct process_msg msg = { 0 };

	if (in->len_param == sizeof(msg))
		memcpy(&msg, in->param, sizeof(msg));
	msg.name[sizeof(msg.name) - 1] = '\0';
	if (msg.layout != PROCESS_LAYOUT)
		msg.rc = -EPROTO;
	else if (msg.op == PROCESS_PORTS)
		(void)answer_ports(&msg);
	else if (msg.op == PROCESS_STATS)
		(void)answer_stats(&msg);
	else
		msg.rc = -EINVAL;
	strlcpy(out.name, PROCESS_CHANNEL, sizeof(out.name));
	memcpy(out.param, &msg, sizeof(msg));
	return rte_mp_reply(&out, peer);
}

int
ice_mp_process_init(void)
{
	int rc = 0;

	ice_mp_pid = getpid();
	pthread_mutex_lock(&users_lock);
	if (users == 0 && rte_mp_action_register(PROCESS_CHANNEL, process_answer) != 0 &&
	    rte_errno != ENOTSUP)
		rc = -rte_errno;
	if (rc == 0)
		users++;
	pthread_mutex_unlock(&users_lock);
	return rc;
}

void
ice_mp_process_fini(void)
{
	pthread_mutex_lock(&users_lock);
	if (--users == 0)
		rte_mp_action_unregister(PROCESS_CHANNEL);
	pthread_mutex_unlock(&users_lock);
}

/* Secondary */

/* Send, wait, take the answer. */
static int
process_ask(struct process_msg *msg)
{
	const struct timespec wait = { .tv_sec = PROCESS_TIMEOUT_S };
	struct rte_mp_msg out = { .len_param = sizeof(*msg) };
	struct rte_mp_reply in = { 0 };
	int rc = -ETIMEDOUT;

	RTE_BUILD_BUG_ON(sizeof(*msg) > RTE_MP_MAX_PARAM_LEN);
	msg->layout = PROCESS_LAYOUT;
	strlcpy(out.name, PROCESS_CHANNEL, sizeof(out.name));
	memcpy(out.param, msg, sizeof(*msg));
	if (rte_mp_request_sync(&out, &in, &wait) != 0)
		return -rte_errno;
	if (in.nb_received == 1) {
		rc = -EPROTO;
		if (in.msgs[0].len_param == sizeof(*msg)) {
			memcpy(msg, in.msgs[0].param, sizeof(*msg));
			rc = msg->rc;
		}
	}
	free(in.msgs);
	return rc;
}

/* When the primary closes a port ethdev clears its data; here it stays. */
static bool
secondary_closed(const struct rte_eth_dev *dev)
{
	return dev->data->dev_private == NULL;
}

int
ice_mp_secondary_refresh_stats(const struct rte_eth_dev *dev)
{
	struct process_msg msg = { .op = PROCESS_STATS, .port_id = dev->data->port_id };

	int rc = secondary_closed(dev) ? -ENODEV : process_ask(&msg);

	/* It may have been closed while the answer was under way. */
	return rc == 0 && secondary_closed(dev) ? -ENODEV : rc;
}

static int
secondary_infos_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info)
{
	return secondary_closed(dev) ? -ENODEV : ice_mp_dev_infos_get(dev, info);
}

static int
secondary_fw_version_get(struct rte_eth_dev *dev, char *ver, size_t size)
{
	return secondary_closed(dev) ? -ENODEV : ice_mp_fw_version_get(dev, ver, size);
}

static int
secondary_reta_query(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf,
		     uint16_t size)
{
	return secondary_closed(dev) ? -ENODEV : ice_mp_reta_query(dev, conf, size);
}

static int
secondary_rss_hash_conf_get(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf)
{
	return secondary_closed(dev) ? -ENODEV : ice_mp_rss_hash_conf_get(dev, conf);
}

static int
secondary_close(struct rte_eth_dev *dev __rte_unused)
{
	return 0;
}

/* The primary's event engine keeps it current. */
static int
secondary_link_update(struct rte_eth_dev *dev __rte_unused, int wait __rte_unused)
{
	return -1;
}

static const struct eth_dev_ops secondary_ops = {
	.dev_close = secondary_close,
	.dev_infos_get = secondary_infos_get,
	.fw_version_get = secondary_fw_version_get,
	.dev_supported_ptypes_get = ice_mp_supported_ptypes_get,
	.link_update = secondary_link_update,
	.reta_query = secondary_reta_query,
	.rss_hash_conf_get = secondary_rss_hash_conf_get,
	.stats_get = ice_mp_stats_get,
	.xstats_get = ice_mp_xstats_get,
	.xstats_get_names = ice_mp_xstats_get_names,
	.xstats_get_by_id = ice_mp_xstats_get_by_id,
	.xstats_get_names_by_id = ice_mp_xstats_get_names_by_id,
	.rxq_info_get = ice_mp_rxq_info_get,
	.txq_info_get = ice_mp_txq_info_get,
	.rx_burst_mode_get = ice_mp_rx_burst_mode_get,
	.tx_burst_mode_get = ice_mp_tx_burst_mode_get,
	.tx_done_cleanup = ice_mp_tx_done_cleanup,
};

static int
secondary_port(struct ice_mp_bus *bus, const struct process_msg *msg, uint8_t lport)
{
	char name[RTE_ETH_NAME_MAX_LEN];
	struct rte_eth_dev *dev;
	int rc;

	rc = ice_mp_ethdev_name(msg->name, msg->single, lport, name);
	if (rc != 0)
		return rc;
	dev = rte_eth_dev_attach_secondary(name);
	if (dev == NULL)
		return -ENODEV;
	dev->device = bus->dev;
	dev->dev_ops = &secondary_ops;
	dev->rx_queue_count = ice_mp_rx_queue_count;
	dev->rx_descriptor_status = ice_mp_rx_descriptor_status;
	dev->tx_descriptor_status = ice_mp_tx_descriptor_status;
	dev->rx_pkt_burst = ice_mp_rx_scattered;
	dev->tx_pkt_burst = ice_mp_tx_full;
	dev->tx_pkt_prepare = ice_mp_tx_prepare;
	rte_eth_dev_probing_finish(dev);
	return 0;
}

int
ice_mp_secondary_attach(struct ice_mp_bus *bus)
{
	struct process_msg msg = { .op = PROCESS_PORTS };
	uint8_t i;
	int rc;

	ice_mp_pid = getpid();
	strlcpy(msg.name, bus->dev->name, sizeof(msg.name));
	rc = process_ask(&msg);
	for (i = 0; i < ICE_MP_MAX_PORTS && rc == 0; i++)
		if (msg.lports & (1u << i))
			rc = secondary_port(bus, &msg, i);
	if (rc == 0)
		return 0;
	ICE_MP_LOG(ERR, "%s: not attached to the primary process: %s.", bus->dev->name,
		   rc == -EPROTO ? "its plug-in is another build" :
		   rc == -ETIMEDOUT ? "its plug-in does not answer" : rte_strerror(-rc));
	(void)ice_mp_secondary_detach(bus->dev);
	return rc;
}

int
ice_mp_secondary_detach(struct rte_device *dev)
{
	uint16_t port_id;

	RTE_ETH_FOREACH_DEV_OF(port_id, dev)
		rte_eth_dev_release_port(&rte_eth_devices[port_id]);
	return 0;
}
