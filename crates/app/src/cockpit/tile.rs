use jiff::civil::Date;
use rust_decimal::Decimal;

biaochi_domain::coded! {
    /// How something stands.
    pub enum Tone {
        /// As it should.
        Good = "good", "正常", "good";
        /// Somebody should look.
        Warn = "warn", "关注", "look";
        /// Somebody must act.
        Bad = "bad", "需处理", "act";
        /// It is told, not judged.
        Info = "info", "供参考", "for information";
        /// There is nothing.
        Neutral = "neutral", "无数据", "nothing";
    }
}

biaochi_domain::coded! {
    /// What a figure is, and so how it is written.
    pub enum FigureKind {
        /// A number of things.
        Count = "count", "个数", "count";
        /// Per cent.
        Percent = "percent", "百分比", "per cent";
        /// Yuan.
        Money = "money", "金额", "money";
        /// A weight or case-mix index.
        Weight = "weight", "权重", "weight";
        /// A score.
        Score = "score", "得分", "score";
        /// Anything else.
        Plain = "plain", "数值", "number";
    }
}

biaochi_domain::coded! {
    /// How a series is drawn.
    pub enum Shape {
        /// A line over time.
        Line = "line", "折线", "line";
        /// Bars side by side.
        Bars = "bars", "条形", "bars";
    }
}

biaochi_domain::coded! {
    /// The pages behind tiles.
    pub enum LinkPage {
        /// All indicators.
        Indicators = "indicators", "指标", "indicators";
        /// One indicator.
        Indicator = "indicator", "指标", "indicator";
        /// Plans.
        Plans = "plans", "方案", "plans";
        /// One plan.
        Plan = "plan", "方案", "plan";
        /// The ledger of tasks.
        Tasks = "tasks", "任务台账", "tasks";
        /// The worklist of faults.
        Worklist = "worklist", "质控清单", "worklist";
        /// What organisations fill in.
        DataSets = "datasets", "数据填报", "data sets";
        /// Groups, weights and costs.
        Groups = "groups", "病组", "groups";
        /// An assessment.
        Assessment = "assessment", "绩效考核", "assessment";
        /// The cockpit of a hospital.
        Cockpit = "cockpit", "驾驶舱", "cockpit";
    }
}

/// A page with what it is to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The page.
    pub page: LinkPage,
    /// What it is about, where it is about one thing.
    pub id: Option<String>,
    /// Its filters.
    pub filters: Vec<(&'static str, String)>,
}

impl Link {
    /// A page as it is.
    pub fn to(page: LinkPage) -> Self {
        Self {
            page,
            id: None,
            filters: Vec::new(),
        }
    }

    /// A page about one thing.
    pub fn of(page: LinkPage, id: impl Into<String>) -> Self {
        Self {
            id: Some(id.into()),
            ..Self::to(page)
        }
    }

    /// The same with a filter.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.filters.push((name, value.into()));
        self
    }
}

/// A number with what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it is called.
    pub title: String,
    /// The number; `None` where there is none.
    pub value: Option<Decimal>,
    /// What it is.
    pub kind: FigureKind,
    /// Its unit.
    pub unit: String,
    /// What is said beside it, such as the change; may be empty.
    pub note: String,
    /// What it is made of.
    pub link: Option<Link>,
}

impl Figure {
    /// A number of things.
    pub fn count(title: &str, value: u64, unit: &str) -> Self {
        Self::new(title, Some(Decimal::from(value)), FigureKind::Count, unit)
    }

    /// A number.
    pub fn new(title: &str, value: Option<Decimal>, kind: FigureKind, unit: &str) -> Self {
        Self {
            title: title.to_owned(),
            value,
            kind,
            unit: unit.to_owned(),
            note: String::new(),
            link: None,
        }
    }

    /// The same with a word beside it.
    #[must_use]
    pub fn noted(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// The same with the page behind it.
    #[must_use]
    pub fn linked(mut self, link: Link) -> Self {
        self.link = Some(link);
        self
    }
}

/// A point of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Its place.
    pub label: String,
    /// Its value.
    pub value: Option<Decimal>,
}

/// The chart of a tile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// What it shows.
    pub title: String,
    /// How it is drawn.
    pub shape: Shape,
    /// What the values are.
    pub kind: FigureKind,
    /// Their unit.
    pub unit: String,
    /// The points, in order.
    pub points: Vec<Point>,
}

/// A line behind a tile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub title: String,
    /// What about it.
    pub detail: String,
    /// Whose it is; may be empty.
    pub owner: String,
    /// How it stands.
    pub tone: Tone,
    /// The same in a word.
    pub status: String,
    /// Until when.
    pub due: Option<Date>,
    /// The page behind it.
    pub link: Link,
}

/// An answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// The question, in a few words.
    pub title: String,
    /// How it stands.
    pub tone: Tone,
    /// The same in a word or two.
    pub status: String,
    /// The answer in one sentence.
    pub says: String,
    /// Who has to see to it; empty for nobody.
    pub owner: String,
    /// The number that is read from the back row.
    pub figure: Option<Figure>,
    /// Further numbers.
    pub facts: Vec<Figure>,
    /// The chart.
    pub series: Option<Series>,
    /// What stands behind it, the most pressing first.
    pub rows: Vec<Row>,
    /// How many there are, those that are not listed included.
    pub total: u64,
    /// The page behind it.
    pub link: Link,
}

impl Tile {
    /// A tile that says why there is nothing to say.
    pub fn nothing(title: &str, says: impl Into<String>, link: Link) -> Self {
        Self {
            title: title.to_owned(),
            tone: Tone::Neutral,
            status: "无数据".to_owned(),
            says: says.into(),
            owner: String::new(),
            figure: None,
            facts: Vec::new(),
            series: None,
            rows: Vec::new(),
            total: 0,
            link,
        }
    }
}
