import { useGet } from '../../api/client';
import { DataTable } from '../../ui/DataTable';
import { Failure } from '../../ui/Failure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import type { SettingGroup } from './wire';
import './admin.css';

/** 设置: the configuration in effect. */
export default function Settings() {
  const settings = useGet<SettingGroup[]>('/settings');
  return (
    <Page title="设置" crumbs={[{ title: '管理' }]}>
      <p className="bc-quiet">
        现在生效的配置，密码和密钥不显示。要改动，请在服务器上修改 biaochi.toml 或服务配置后重启。
      </p>
      {settings.error && <Failure problem={settings.error} retry={() => void settings.refetch()} />}
      {!settings.data && !settings.error && <Loading />}
      {settings.data?.map((group) => (
        <section key={group.title} aria-label={group.title}>
          <h2 className="bc-admin-h2">{group.title}</h2>
          <DataTable
            label={group.title}
            rows={group.items}
            rowKey="title"
            columns={[
              { key: 'title', title: '设置', width: 220 },
              { key: 'value', title: '值' },
              { key: 'key', title: '配置中的键', width: 160 },
              { key: 'set', title: '来自', width: 120, value: (one) => (one.set ? '已设置' : '缺省') },
            ]}
          />
        </section>
      ))}
    </Page>
  );
}
