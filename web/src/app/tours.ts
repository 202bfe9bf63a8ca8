import type { OpenJob } from './jobs';
import type { Me } from './wire';

/** A step of the tour. */
export interface Step {
  /** The `data-tour` of what it is about. */
  target: string;
  title: string;
  text: string;
}

/** What each role comes for, in the order of doing it: the job, and what to do there. */
const WORK: Record<string, [job: string, title: string, text: string][]> = {
  coder: [
    [
      '/records',
      '先看待办的病案',
      '质控清单把最该先改的排在前面。回车打开，改完 Ctrl+S，按 J 到下一份，全程不用鼠标。',
    ],
    ['/data', '导入和导出', '把病案首页文件拖进来，当场看到进度、退回的行和原因；改正后按月导出。'],
  ],
  'department-head': [
    ['/records', '本科室的问题', '只看到本科室的病案和质控问题，可以分派给具体的人。'],
    ['/indicators', '本科室的指标', '每个数字都能点开，一直看到背后的病案。'],
  ],
  'quality-office': [
    ['/cockpit', '从变化入手', '驾驶舱列出下滑的指标；点一下看是哪个科室、是结构还是水平的变化。'],
    ['/records', '抽查到病案', '再点一下就是那些病案。复制地址发给科室，对方看到的和您一样。'],
    ['/plans', '派成任务', '在任务台账里写明责任人和日期。'],
  ],
  'insurance-office': [
    ['/groups', '病组和费用', '按科室、医师、病组看权重、费用和倍率病例；一份病案可以当场试分组。'],
    ['/indicators', '口径和来源', '每项指标都写明定义、来源条款和版本。'],
  ],
  'performance-office': [
    ['/plans', '方案和目标', '看每项目标的进度和预测，把任务分到科室。'],
    ['/assessments', '绩效考核', '设方案、试算、审核申诉，得分可以一直追到数据。'],
  ],
  finance: [
    ['/data', '填报', '按日历上的截止日填报，边填边校验，可以从 Excel 整块粘贴。'],
    ['/groups', '费用结构', '按病组看费用和消耗指数。'],
  ],
  clerk: [
    ['/data', '填报', '日历上是您该填的表。边填边校验，草稿自动保存，填完提交审核。'],
    ['/indicators', '填的数去了哪里', '指标页写明每个数来自哪张表。'],
  ],
  president: [
    ['/cockpit', '一页看全院', '方案进度、偏离的指标、到期的事、费用，各一块。每块点开是一句话、一张图、一个责任人。'],
    ['/plans', '方案的进度', '哪些目标会完不成，缺多少，谁负责。'],
  ],
  'county-commission': [
    ['/data', '谁还没报', '日历列出未提交的机构，可以逐家催报、审核和退回。'],
    ['/plans', '偏离的目标', '全县的目标由哪些机构拉低，一目了然。'],
    ['/assessments', '考核和通报', '看得分和理由，处理申诉，预览通报后发布。'],
  ],
  'insurance-bureau': [
    ['/groups', '分组和费用', '按机构和病组比较权重和费用，抽查脱敏的病案。'],
    ['/indicators', '指标', '比较辖区内的机构，看趋势和构成。'],
  ],
  auditor: [['/admin', '审计日志', '谁在什么时候看了、改了、导出了什么；可以查、可以导出，链条可以校验。']],
  it: [
    ['/data', '导入数据', '上传文件或看监视的文件夹，每行的去向都有交代。'],
    ['/admin', '运行和内容包', '作业、机构、内容包和设置都在这里；您看不到病案内容。'],
  ],
  administrator: [['/admin', '账号与权限', '建账号，按机构授予角色，看谁有什么权限。您看不到病案内容。']],
  viewer: [
    ['/cockpit', '汇总情况', '看指标、方案和考核的汇总，不涉及病案。'],
    ['/indicators', '指标', '每项都有定义和来源。'],
  ],
};

/** The tour of a person: what is common, and what their roles come for, of the jobs that they have. */
export function stepsFor(me: Me, jobs: readonly OpenJob[]): Step[] {
  const work = me.roles.flatMap((role) => WORK[role.role] ?? []);
  const open = work.filter(([job]) => jobs.some((one) => one.path === job));
  const named = (job: string) => jobs.find((one) => one.path === job)?.title ?? '';
  const role = me.roles[0]?.title ?? me.title;
  return [
    {
      target: 'menu',
      title: `您现在是${role}`,
      text: '左侧只有这个角色用得到的功能。数据全部是合成的，可以放心操作。',
    },
    {
      target: 'pickers',
      title: '机构和时期',
      text: '所有页面都按这里选的机构和时期显示。它们写在地址里，复制链接给别人，看到的是同一页。',
    },
    ...open.map(([job, title, text]) => ({ target: 'menu', title: `${named(job)}：${title}`, text })),
    { target: 'persons', title: '换一个身份', text: '同一件事换科主任、院长或县卫健委来看，权限和页面都不同。' },
    {
      target: 'user',
      title: '随时重看',
      text: '这个引导、快捷键、深色界面和退出都在这里。按 ? 显示当前页面的快捷键。',
    },
  ];
}
