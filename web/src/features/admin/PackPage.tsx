import { Alert, App, Button, Checkbox, Descriptions, Input, Modal, Space, Tabs } from 'antd';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { del, post, useGet } from '../../api/client';
import { useMay } from '../../app/me';
import { useUrlState } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { DiffView } from './DiffView';
import { PackEditor } from './PackEditor';
import { standingOf } from './Packs';
import { useStep } from './step';
import type { PackDefinition, PackDetail, PackRemark, PackSource, PackStep } from './wire';
import './admin.css';

const CHANGED = ['/packs', '/audit', '/settings'];

const DEFINITIONS: Column<PackDefinition>[] = [
  { key: 'id', title: '标识', width: 180, sortable: true },
  { key: 'title', title: '名称', sortable: true },
  { key: 'detail', title: '说明' },
];

const SOURCES: Column<PackSource>[] = [
  { key: 'title', title: '出处' },
  { key: 'version', title: '版本或日期', width: 140 },
  { key: 'licence', title: '许可', width: 120 },
  { key: 'used_for', title: '用于' },
  { key: 'place', title: '何处', width: 220 },
];

const REMARKS: Column<PackRemark>[] = [
  { key: 'what', title: '何处' },
  { key: 'why', title: '为什么' },
  { key: 'effect', title: '影响' },
];

/** A step that is asked about before it is done. */
interface Asked {
  title: string;
  lost: string[];
  verb: string;
  path: 'activate' | 'rollback' | 'withdraw' | 'draft';
  version?: number;
}

/** One pack: where it comes from, what it defines, and – of the own ones – its draft. */
export default function PackPage() {
  const { id = '' } = useParams();
  const path = `/packs/${encodeURIComponent(id)}`;
  const pack = useGet<PackDetail>(path);
  const [tab, setTab] = useUrlState<string>('tab', 'about');
  const [asked, setAsked] = useState<Asked | null>(null);
  const [reason, setReason] = useState('');
  const [forImports, setForImports] = useState(false);
  const { busy, run } = useStep(CHANGED);
  const { message } = App.useApp();
  const navigate = useNavigate();
  const mayChange = useMay('configure', 'content');
  const data = pack.data;
  const crumbs = [{ title: '管理' }, { title: '内容包', to: '/admin/packs' }];
  if (pack.error) {
    return (
      <Page title={id} crumbs={crumbs}>
        <Failure problem={pack.error} retry={() => void pack.refetch()} />
      </Page>
    );
  }
  if (!data) {
    return (
      <Page title={id} crumbs={crumbs}>
        <Loading />
      </Page>
    );
  }
  const own = data.pack;
  const act = async () => {
    if (!asked) return;
    const step: PackStep = {
      reason,
      ...(asked.version ? { version: asked.version } : {}),
      ...(asked.path === 'activate' ? { use_for_imports: forImports } : {}),
    };
    const done = await run(async () => {
      if (asked.path === 'draft') await del(`${path}/draft`);
      else await post(`${path}/${asked.path}`, step);
      return true;
    });
    if (!done) return;
    message.success(`${asked.verb}完成`);
    setAsked(null);
    setReason('');
    if (asked.path === 'draft' && !own.active) void navigate('/admin/packs');
  };
  const actions = own.editable && mayChange && (
    <Space wrap>
      {own.draft && (
        <>
          <Button
            type="primary"
            onClick={() =>
              setAsked({
                title: `启用“${own.title}”的草稿`,
                lost: own.active
                  ? ['现在的版本停用，存为历史版本，可以回退', '以后的入库和计算按新版本']
                  : ['以后的入库和计算按这个包'],
                verb: '启用',
                path: 'activate',
              })
            }
          >
            启用草稿
          </Button>
          <Button
            danger
            onClick={() =>
              setAsked({
                title: `放弃“${own.title}”的草稿`,
                lost: [`草稿中的 ${data.draft_files.length} 个文件删除，不能恢复`],
                verb: '放弃草稿',
                path: 'draft',
              })
            }
          >
            放弃草稿
          </Button>
        </>
      )}
      {own.active && (
        <Button
          danger
          disabled={own.in_use}
          title={own.in_use ? '正用于入库检查，请先改用别的规则包' : undefined}
          onClick={() =>
            setAsked({
              title: `停用“${own.title}”`,
              lost: ['不再参与入库和计算', '内容存为历史版本和草稿，可以再启用'],
              verb: '停用',
              path: 'withdraw',
            })
          }
        >
          停用
        </Button>
      )}
    </Space>
  );
  const items = [
    {
      key: 'about',
      label: '概况与出处',
      children: (
        <>
          <Descriptions
            size="small"
            column={2}
            items={[
              { key: 'kind', label: '类别', children: own.kind_text },
              { key: 'version', label: '版本', children: own.version || '—' },
              { key: 'own', label: '来源', children: own.own ? '本单位' : '随程序发布' },
              { key: 'base', label: '叠加在', children: own.base ?? '—' },
              { key: 'document', label: '依据文件', children: data.document.join('，') || '—' },
              { key: 'licence', label: '许可', children: data.licence || '—' },
              { key: 'hash', label: '内容哈希', children: <span className="bc-admin-hash">{data.content_hash}</span> },
            ]}
          />
          {data.damages.length > 0 && (
            <>
              <Alert type="warning" showIcon title={`有 ${data.damages.length} 处疑点，使用前请核对`} />
              <DataTable label="疑点" rows={data.damages} columns={REMARKS} rowKey="what" height={240} />
            </>
          )}
          {data.mends.length > 0 && (
            <>
              <h2 className="bc-admin-h2">修补</h2>
              <DataTable label="修补" rows={data.mends} columns={REMARKS} rowKey="what" height={240} />
            </>
          )}
          <h2 className="bc-admin-h2">出处</h2>
          <DataTable
            label="出处"
            rows={data.sources}
            columns={SOURCES}
            rowKey={(one) => `${one.title}${one.place}`}
            height={260}
            empty={<p className="bc-quiet">没有写明出处</p>}
          />
          <h2 className="bc-admin-h2">说明</h2>
          <pre className="bc-admin-diff" style={{ whiteSpace: 'pre-wrap' }}>
            {data.readme || '没有 README.md'}
          </pre>
        </>
      ),
    },
    {
      key: 'definitions',
      label: `定义 ${data.definitions.length}`,
      children: data.definitions_problem ? (
        <Alert type="error" showIcon title={data.definitions_problem} />
      ) : (
        <DataTable
          label="定义"
          rows={data.definitions}
          columns={DEFINITIONS}
          rowKey="id"
          exportName={`${own.title} 定义`}
          empty={<Empty title="这一类内容包是表，不逐条列出" hint="分组方案和权重见“病组”，编码见编码查询。" />}
        />
      ),
    },
    { key: 'files', label: '文件', children: <PackEditor detail={data} mayChange={mayChange && own.editable} /> },
    ...(own.editable || own.base ? [{ key: 'diff', label: '比较', children: <DiffView detail={data} /> }] : []),
    ...(own.editable
      ? [
          {
            key: 'versions',
            label: `历史版本 ${data.versions.length}`,
            children:
              data.versions.length === 0 ? (
                <Empty title="还没有历史版本" hint="每次启用新版本，原来的版本会存在这里。" />
              ) : (
                <ul>
                  {data.versions.map((version) => (
                    <li key={version}>
                      第 {version} 版{' '}
                      <Button
                        size="small"
                        disabled={!mayChange}
                        onClick={() =>
                          setAsked({
                            title: `回退到第 ${version} 版`,
                            lost: [
                              own.active ? '现在的版本停用，存为新的历史版本' : '这一版重新生效',
                              `以后的入库和计算按第 ${version} 版`,
                            ],
                            verb: '回退',
                            path: 'rollback',
                            version,
                          })
                        }
                      >
                        回退到这一版
                      </Button>
                    </li>
                  ))}
                </ul>
              ),
          },
        ]
      : []),
  ];
  return (
    <Page
      title={own.title}
      crumbs={crumbs}
      actions={actions}
      filters={
        <Space>
          <Status {...standingOf(own)} />
          {own.in_use && <Status tone="info" text="入库检查用" />}
          <span className="bc-quiet">{own.id}</span>
        </Space>
      }
    >
      <Tabs activeKey={tab} onChange={setTab} items={items} />
      <Modal
        open={asked !== null}
        title={asked?.title}
        okText={asked?.verb}
        cancelText="取消"
        okButtonProps={{ danger: asked?.path !== 'activate' }}
        confirmLoading={busy}
        onOk={() => void act()}
        onCancel={() => setAsked(null)}
      >
        <ul>
          {asked?.lost.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
        {asked?.path === 'activate' && own.kind === 'checks' && !own.in_use && (
          <Checkbox checked={forImports} onChange={(event) => setForImports(event.target.checked)}>
            以后入库用它检查；已入库的病案要重新质控才按新规则
          </Checkbox>
        )}
        {asked?.path !== 'draft' && (
          <Input
            aria-label="理由"
            placeholder="理由（记入审计日志）"
            maxLength={200}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            style={{ marginTop: 12 }}
          />
        )}
      </Modal>
    </Page>
  );
}
