//! The same matrix with the filters of the program open: what the wall of the database holds back alone.

use axum::http::StatusCode;
use domain::access::Role::{Admin, Approver, Observer};
use domain::clock::Clock as _;
use testkit::world::{self, FAILED, FRESH, HELD, NEVER};
use testkit::{Engine, engines};

use super::About::{Absent, Away, Counts, Doctors, Drafts, Everything, Mover, Nobody, Raw, Unwell};
use super::{LINES, Line, SITUATIONS, Situation, betrayed, opens, over, person, seen, site};

/// What the wall alone can hold back of a line: rows of doctors. That a body, a hold or a page is not somebody's is the
/// filters' own business.
fn behind_the_wall(line: &Line, situation: Situation) -> StatusCode {
    let is_walled = match line.2 {
        Mover => matches!(situation, Situation::MovedTonight | Situation::Other | Situation::None),
        Doctors | Drafts => matches!(situation, Situation::Other | Situation::None),
        Everything | Counts | Raw | Nobody | Absent | Away | Unwell => false,
    };
    let is_of_a_body = line.0.starts_with("/bodies/");
    if is_walled && !is_of_a_body { StatusCode::NOT_FOUND } else { StatusCode::OK }
}

#[tokio::test]
async fn with_the_filters_open_the_wall_of_the_database_alone_names_nobody_else() {
    for engine in engines().into_iter().filter(|engine| *engine == Engine::Postgres) {
        let mut site = site(engine).await;
        let mut cells = 0;
        for situation in SITUATIONS.into_iter().filter(|one| *one != Situation::DisabledMeanwhile) {
            if situation == Situation::MovedTonight {
                world::move_tonight(&site.store).await.unwrap();
            }
            for role in [Observer, Admin, Approver] {
                // Whatever the program filters by, it lets everything through; the wall stands where the situation says.
                let every = [over(role, &[HELD, FAILED, FRESH, NEVER])];
                let name = format!("open-{}-{situation:?}", role.word()).to_lowercase();
                let one = person(&site.store, &name, &every, site.clock.now()).await;
                site.wall(&seen(role, situation));
                for line in LINES.iter().filter(|line| opens(role, line.3)) {
                    let answer = site.get_as(&one, line.1).await;
                    let cell = format!("{} {role:?} {situation:?}", line.1);
                    let is_of_people = matches!(line.2, Everything | Counts | Doctors | Drafts | Raw | Mover);
                    if is_of_people {
                        assert_eq!(
                            answer.status,
                            behind_the_wall(line, situation),
                            "{cell}: {}",
                            answer.text
                        );
                    }
                    assert_eq!(betrayed(line, role, situation, &answer), [""; 0], "{cell}");
                    cells += 1;
                }
            }
        }
        assert!(cells > 500, "only {cells} cells were asked");
    }
}
