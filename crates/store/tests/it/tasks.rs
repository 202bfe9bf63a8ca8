//! The ledger of tasks.

use biaochi_store::{
    Evidence, NewTask, Scope, Store, StoreError, Task, TaskActionKind, TaskCursor, TaskFilter,
    TaskKey, TaskState, TaskStep,
};
use jiff::civil::{Date, date};

use crate::place::{Place, on_both};
use crate::support::{HOSPITAL, actor, time};

on_both!(
    a_task_goes_its_way,
    parts_and_orders_hold_acceptance_back,
    steps_that_are_refused,
    lists_are_filtered_and_ordered,
    pages_follow_each_other_by_value,
);

fn new(task: &str, due: Option<Date>) -> NewTask {
    NewTask {
        key: TaskKey {
            organisation_code: HOSPITAL.to_owned(),
            plan: "national-2021".to_owned(),
            task: task.to_owned(),
        },
        clause: "C01".to_owned(),
        title: "建设智慧医院".to_owned(),
        deliverable: "电子病历四级".to_owned(),
        start: Some(date(2021, 1, 1)),
        due,
    }
}

async fn taken(store: &Store, task: &str) -> Task {
    let new = new(task, Some(date(2024, 6, 30)));
    let scope = Scope::one(HOSPITAL);
    store
        .take_up(&scope, &actor("卫健局", 0), std::slice::from_ref(&new))
        .await
        .unwrap();
    store.task(&scope, &new.key).await.unwrap()
}

async fn act(store: &Store, second: i64, task: &Task, step: TaskStep) -> Result<Task, StoreError> {
    let who = actor("张主任", second);
    store
        .act_on_task(&Scope::one(HOSPITAL), &who, &task.seen(), &step)
        .await
}

fn assign() -> TaskStep {
    TaskStep::Assign {
        department: "信息科".to_owned(),
        to: "李工".to_owned(),
    }
}

fn submit() -> TaskStep {
    TaskStep::Submit {
        text: "已通过评审".to_owned(),
        evidence: vec![file("批文.pdf")],
    }
}

fn file(name: &str) -> Evidence {
    Evidence {
        name: name.to_owned(),
        size: 1234,
        sha256: "ab".repeat(32),
        path: format!("national-2021/R01/{name}"),
    }
}

async fn a_task_goes_its_way(place: &Place) {
    let store = place.store().await;
    let scope = Scope::one(HOSPITAL);
    let task = taken(&store, "R01").await;
    assert_eq!(
        (task.state, task.revision, task.progress),
        (TaskState::Open, 1, 0)
    );
    let again = store
        .take_up(
            &scope,
            &actor("x", 9),
            &[new("R01", None), new("R02", None)],
        )
        .await;
    let again = again.unwrap();
    assert_eq!((again.new, again.known), (1, 1));

    let task = act(&store, 1, &task, assign()).await.unwrap();
    assert_eq!((&*task.department, &*task.assignee), ("信息科", "李工"));
    let plan = TaskStep::Milestone {
        title: "系统上线".to_owned(),
        due: date(2024, 3, 31),
    };
    let task = act(&store, 2, &task, plan).await.unwrap();
    let report = TaskStep::Report {
        progress: 60,
        text: "系统已上线".to_owned(),
        evidence: vec![file("上线报告.docx"), file("照片.png")],
    };
    let task = act(&store, 3, &task, report).await.unwrap();
    let reach = TaskStep::Reach {
        number: 1,
        on: date(2024, 3, 20),
    };
    let task = act(&store, 4, &task, reach).await.unwrap();
    let task = act(&store, 5, &task, submit()).await.unwrap();
    assert_eq!((task.state, task.progress), (TaskState::Submitted, 100));
    let correct = TaskStep::Correct {
        reason: "缺第三方测评".to_owned(),
        due: Some(date(2024, 7, 31)),
    };
    let task = act(&store, 6, &task, correct).await.unwrap();
    assert_eq!(
        (task.state, task.due),
        (TaskState::Correcting, Some(date(2024, 7, 31)))
    );
    let task = act(&store, 7, &task, submit()).await.unwrap();
    let accept = TaskStep::Accept {
        text: "材料齐全".to_owned(),
    };
    let task = act(&store, 8, &task, accept).await.unwrap();
    assert_eq!(
        (task.state, task.closed_at),
        (TaskState::Accepted, Some(time(8)))
    );
    assert_eq!(store.task(&scope, &task.key).await.unwrap(), task);

    let milestones = store.task_milestones(&scope, &task.key).await.unwrap();
    assert_eq!(milestones.len(), 1);
    assert_eq!(milestones[0].reached, Some(date(2024, 3, 20)));
    let files = store.task_evidence(&scope, &task.key).await.unwrap();
    let names: Vec<_> = files
        .iter()
        .map(|file| (file.number, &*file.evidence.name))
        .collect();
    assert_eq!(
        names,
        [
            (1, "上线报告.docx"),
            (2, "照片.png"),
            (3, "批文.pdf"),
            (4, "批文.pdf")
        ]
    );
    assert_eq!((files[0].revision, files[0].evidence.size), (4, 1234));

    let history = store.task_history(&scope, &task.key).await.unwrap();
    let kinds: Vec<_> = history.iter().map(|action| action.kind).collect();
    use TaskActionKind as Kind;
    assert_eq!(
        kinds,
        [
            Kind::TakenUp,
            Kind::Assigned,
            Kind::MilestonePlanned,
            Kind::Reported,
            Kind::MilestoneReached,
            Kind::Submitted,
            Kind::SentForCorrection,
            Kind::Submitted,
            Kind::Accepted
        ]
    );
    assert_eq!(
        (&*history[6].note, history[6].due),
        ("缺第三方测评", Some(date(2024, 7, 31)))
    );
    assert_eq!(history[6].before, Some(TaskState::Submitted));
    let some = store
        .task_actions(&scope, "national-2021", time(3), time(6))
        .await
        .unwrap();
    assert_eq!(some, history[3..6]);
    let stranger = Scope::one("other");
    let theirs = store
        .task_actions(&stranger, "national-2021", time(0), time(9))
        .await;
    assert_eq!(theirs.unwrap(), []);
}

async fn parts_and_orders_hold_acceptance_back(place: &Place) {
    let store = place.store().await;
    let scope = Scope::one(HOSPITAL);
    let task = taken(&store, "R01").await;
    let down = TaskStep::BreakDown {
        title: "机房改造".to_owned(),
        department: "总务科".to_owned(),
        to: String::new(),
        due: None,
    };
    let part = act(&store, 1, &task, down.clone()).await.unwrap();
    assert_eq!(
        (&*part.key.task, part.parent.as_deref()),
        ("R01/1", Some("R01"))
    );
    assert_eq!((part.state, part.due), (TaskState::Assigned, task.due));
    let task = store.task(&scope, &task.key).await.unwrap();
    let second = act(&store, 2, &task, down).await.unwrap();
    assert_eq!(second.key.task, "R01/2");
    let task = store.task(&scope, &task.key).await.unwrap();

    let order = TaskStep::Supervise {
        reason: "进度滞后".to_owned(),
        reply_due: date(2024, 5, 1),
    };
    let task = act(&store, 3, &task, order).await.unwrap();
    assert_eq!((task.orders, task.order.is_some()), (1, true));
    let task = act(&store, 4, &task, submit()).await.unwrap();
    let accept = || TaskStep::Accept {
        text: String::new(),
    };
    let refused = act(&store, 5, &task, accept()).await;
    assert!(
        matches!(refused, Err(StoreError::PartsOpen { open: 3, .. })),
        "{refused:?}"
    );
    let reply = TaskStep::Reply {
        text: "已加派人手".to_owned(),
        evidence: Vec::new(),
    };
    let task = act(&store, 6, &task, reply.clone()).await.unwrap();
    assert_eq!(task.order, None);
    let unasked = act(&store, 7, &task, reply).await;
    assert!(matches!(
        unasked,
        Err(StoreError::TaskStepNotPossible { .. })
    ));
    for part in [part, second] {
        let part = act(&store, 8, &part, submit()).await.unwrap();
        act(&store, 9, &part, accept()).await.unwrap();
    }
    let task = act(&store, 10, &task, accept()).await.unwrap();
    assert_eq!(task.state, TaskState::Accepted);
}

async fn steps_that_are_refused(place: &Place) {
    let store = place.store().await;
    let task = taken(&store, "R01").await;
    let next = act(&store, 1, &task, assign()).await.unwrap();
    let late = act(&store, 2, &task, assign()).await;
    assert!(matches!(
        late,
        Err(StoreError::Conflict {
            expected: 1,
            found: 2,
            ..
        })
    ));
    let early = act(
        &store,
        2,
        &next,
        TaskStep::Accept {
            text: String::new(),
        },
    )
    .await;
    assert!(matches!(early, Err(StoreError::TaskStepNotPossible { .. })));
    let nameless = TaskStep::Assign {
        department: " ".to_owned(),
        to: String::new(),
    };
    let nameless = act(&store, 2, &next, nameless).await;
    assert!(matches!(nameless, Err(StoreError::Invalid { .. })));
    let nowhere = TaskStep::Reach {
        number: 7,
        on: date(2024, 1, 1),
    };
    let nowhere = act(&store, 2, &next, nowhere).await;
    assert!(matches!(nowhere, Err(StoreError::NotFound { .. })));
    // Nothing of a refused step stays.
    let scope = Scope::one(HOSPITAL);
    assert_eq!(store.task(&scope, &task.key).await.unwrap(), next);
    assert_eq!(
        store.task_history(&scope, &task.key).await.unwrap().len(),
        2
    );
    let stranger = Scope::one("other");
    let outside = store
        .act_on_task(&stranger, &actor("x", 1), &next.seen(), &assign())
        .await;
    assert!(matches!(outside, Err(StoreError::OutOfScope { .. })));
    let outside = store.task(&stranger, &task.key).await;
    assert!(matches!(outside, Err(StoreError::OutOfScope { .. })));
}

async fn lists_are_filtered_and_ordered(place: &Place) {
    let store = place.store().await;
    let tasks = [
        new("R03", None),
        new("R02", Some(date(2025, 12, 31))),
        new("R01", Some(date(2024, 6, 30))),
    ];
    store
        .take_up(&Scope::All, &actor("x", 0), &tasks)
        .await
        .unwrap();
    let list = |change: fn(&mut TaskFilter)| {
        let store = &store;
        async move {
            let mut filter = TaskFilter::default();
            change(&mut filter);
            let tasks = store
                .tasks(&Scope::one(HOSPITAL), &filter, 100)
                .await
                .unwrap();
            tasks
                .into_iter()
                .map(|task| task.key.task)
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(list(|_| {}).await, ["R01", "R02", "R03"]);
    assert_eq!(
        list(|filter| filter.due_until = Some(date(2024, 6, 30))).await,
        ["R01"]
    );
    assert_eq!(
        list(|filter| filter.states = vec![TaskState::Accepted]).await,
        [""; 0]
    );
    assert_eq!(
        list(|filter| filter.plan = Some("other".to_owned())).await,
        [""; 0]
    );
    let task = store.task(&Scope::All, &tasks[1].key).await.unwrap();
    let order = TaskStep::Supervise {
        reason: "x".to_owned(),
        reply_due: date(2024, 5, 1),
    };
    act(&store, 1, &task, order).await.unwrap();
    assert_eq!(list(|filter| filter.with_order = true).await, ["R02"]);
    let none = store
        .tasks(&Scope::one("other"), &TaskFilter::default(), 100)
        .await
        .unwrap();
    assert_eq!(none, []);
}

async fn pages_follow_each_other_by_value(place: &Place) {
    let store = place.store().await;
    let days = [date(2024, 6, 30), date(2025, 12, 31)];
    let tasks: Vec<NewTask> = (0..25)
        .map(|number| {
            let due = (number % 3 > 0).then(|| days[number % 2]);
            new(&format!("R{number:02}"), due)
        })
        .collect();
    let who = actor("x", 0);
    store.take_up(&Scope::All, &who, &tasks).await.unwrap();
    let filter = TaskFilter::default();
    let all = store.tasks(&Scope::All, &filter, 100).await.unwrap();
    let (mut seen, mut after) = (Vec::new(), None::<TaskCursor>);
    loop {
        let page = store
            .task_page(&Scope::All, &filter, after.as_ref(), 7)
            .await
            .unwrap();
        assert!(page.tasks.len() <= 7);
        seen.extend(page.tasks);
        // A place is a text on its way.
        let Some(next) = page.next else { break };
        after = Some(next.to_string().parse().unwrap());
    }
    assert_eq!(seen, all);
    assert_eq!(all.len(), 25);
    assert!(matches!("7".parse::<TaskCursor>(), Err(StoreError::Cursor)));
    let other = Scope::one("other");
    let page = store.task_page(&other, &filter, None, 7).await.unwrap();
    assert_eq!((page.tasks, page.next), (Vec::new(), None));

    let today = date(2025, 1, 1);
    let late: Vec<&Task> = all
        .iter()
        .filter(|task| task.due == Some(days[0]))
        .collect();
    let counts = store.task_counts(&Scope::All, &filter, today).await;
    let counts = counts.unwrap();
    let [own] = counts.as_slice() else {
        panic!("{counts:?}")
    };
    assert_eq!((own.state, own.tasks), (all[0].state, 25));
    assert_eq!((own.overdue, own.orders), (late.len() as u64, 0));
    let overdue = TaskFilter {
        overdue_on: Some(today),
        ..TaskFilter::default()
    };
    let found = store.tasks(&Scope::All, &overdue, 100).await.unwrap();
    assert_eq!(found.iter().collect::<Vec<_>>(), late);

    act(&store, 1, &all[0], assign()).await.unwrap();
    let count = |change: fn(&mut TaskFilter)| {
        let store = &store;
        async move {
            let mut filter = TaskFilter::default();
            change(&mut filter);
            let found = store.tasks(&Scope::All, &filter, 100).await;
            found.unwrap().len()
        }
    };
    let whose = |filter: &mut TaskFilter| filter.assignees = vec!["李工".into(), "x".into()];
    assert_eq!(count(whose).await, 1);
    let here = |filter: &mut TaskFilter| {
        filter.departments = [(HOSPITAL.to_owned(), ["信息科".to_owned()].into())].into();
    };
    assert_eq!(count(here).await, 1);
    let elsewhere = |filter: &mut TaskFilter| {
        filter.departments = [("other".to_owned(), ["信息科".to_owned()].into())].into();
    };
    assert_eq!(count(elsewhere).await, 25);
}
