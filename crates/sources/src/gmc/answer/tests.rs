//! Every way in which an answer can be less than whole.

use jiff::Timestamp;
use quick_xml::Reader;

use super::reading::configured;
use super::*;
use crate::gmc::operations::{SOAP_11, SOAP_12};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope \
    xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
    <soap:Body><GetDoctorsForDBResponse xmlns=\"https://webcache.gmc-uk.org/GMCWebServices/\"><GetDoctorsForDBResult>";
const TAIL: &str = "<ClientRequestID>ours</ClientRequestID><GMCRequestID>theirs</GMCRequestID><ReturnCode>0</ReturnCode>\
    </GetDoctorsForDBResult></GetDoctorsForDBResponse></soap:Body></soap:Envelope>";

fn doctor(n: u32) -> String {
    format!(
        "<GetDoctorsForDBResponse_Doctor><GMCReferenceNumber>{}</GMCReferenceNumber><DoctorFirstName>Zoë &amp; \
         co</DoctorFirstName><DoctorLastName>O&apos;Testington{n}</DoctorLastName><SubmissionDate>01/12/2026\
         </SubmissionDate><DoctorStatus/><Breach xsi:nil=\"true\"/><DateAdded>01/08/2020</DateAdded><UnderNotice>No\
         </UnderNotice><Sanction>No</Sanction></GetDoctorsForDBResponse_Doctor>",
        9_000_000 + n
    )
}

fn answer(doctors: u32) -> String {
    let list: String = (0..doctors).map(doctor).collect();
    format!("{HEAD}<Doctors>{list}</Doctors>{TAIL}")
}

fn with_list(list: &str) -> String {
    format!("{HEAD}{list}{TAIL}")
}

fn expected() -> Expected {
    Expected {
        body: domain::ids::BodyCode::new("1-AIIDWT"),
        client_request_id: "ours".into(),
        requested_at: Timestamp::UNIX_EPOCH,
    }
}

async fn read_with(xml: &[u8], caps: Caps) -> Result<(CompleteAnswer, Vec<Item>), Incomplete> {
    let mut items = Vec::new();
    let answer = read_doctors(xml, expected(), caps, |item| {
        items.push(item);
        Ok::<(), Incomplete>(())
    })
    .await?;
    Ok((answer, items))
}

async fn class_of(xml: impl AsRef<[u8]>) -> Option<Class> {
    read_with(xml.as_ref(), Caps::default()).await.err().map(|e| e.class)
}

fn only(items: Vec<Item>) -> RawDoctor {
    match items.into_iter().next() {
        Some(Item::Doctor(doctor)) => *doctor,
        _ => panic!("one doctor was expected"),
    }
}

#[tokio::test]
async fn a_whole_answer_is_complete_and_each_field_is_as_sent() {
    let (answer, items) = read_with(answer(3).as_bytes(), Caps::default()).await.expect("whole");
    assert_eq!((answer.records(), items.len()), (3, 3));
    assert_eq!(answer.gmc_request_id(), Some("theirs"));
    let first = only(items);
    assert_eq!(first.last_name.as_deref(), Some("O'Testington0"));
    assert_eq!(first.first_name.as_deref(), Some("Zoë & co"));
    assert_eq!(first.doctor_status.as_deref(), Some(""));
    assert_eq!(first.breach, None);
    assert_eq!(first.investigation, None);
    assert!(!first.nil);
}

#[tokio::test]
async fn an_empty_list_is_complete_and_an_absent_or_nil_one_is_not() {
    assert_eq!(class_of(with_list("<Doctors/>")).await, None);
    assert_eq!(class_of(with_list("")).await, Some(Class::WrongShape));
    assert_eq!(class_of(with_list("<Doctors xsi:nil=\"true\"/>")).await, Some(Class::WrongShape));
    assert_eq!(class_of(with_list("<Doctors/><Doctors/>")).await, Some(Class::WrongShape));
}

#[tokio::test]
async fn soap_12_and_other_prefixes_are_read_alike() {
    let twelve = answer(2)
        .replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    assert_eq!(class_of(twelve).await, None);
    let prefixed = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
        xmlns:g=\"https://webcache.gmc-uk.org/GMCWebServices/\"><s:Header><x>y</x></s:Header><s:Body>\
        <g:GetDoctorsForDBResponse><g:GetDoctorsForDBResult><g:Doctors><g:GetDoctorsForDBResponse_Doctor>\
        <g:GMCReferenceNumber><![CDATA[9000001]]></g:GMCReferenceNumber><!-- kept out --><g:New>thing</g:New>\
        </g:GetDoctorsForDBResponse_Doctor></g:Doctors><g:ReturnCode>0</g:ReturnCode></g:GetDoctorsForDBResult>\
        </g:GetDoctorsForDBResponse></s:Body></s:Envelope>\n";
    let (_, items) = read_with(prefixed.as_bytes(), Caps::default()).await.expect("whole");
    assert_eq!(only(items).gmc_reference_number.as_deref(), Some("9000001"));
}

#[tokio::test]
async fn fg_15_and_16_another_shape_is_refused() {
    let whole = answer(1);
    let cases = [
        whole.replace("webcache.gmc-uk.org", "example.org"),
        whole.replace("schemas.xmlsoap.org/soap/envelope/", "schemas.example.org/"),
        whole.replace("<GetDoctorsForDBResult>", "<GetDoctorsForDBResult><ReturnCode>0</ReturnCode>"),
        whole.replace("</GetDoctorsForDBResult>", "</GetDoctorsForDBResult><GetDoctorsForDBResult/>"),
        whole.replace("<soap:Body>", "<soap:Body><soap:Envelope/>"),
        whole.replace("</soap:Envelope>", "</soap:Envelope><soap:Envelope/>"),
        whole.replace("</soap:Envelope>", "</soap:Envelope>tail"),
        whole.replace("</soap:Envelope>", "</soap:Envelope><!-- tail -->"),
        whole.replace("</soap:Envelope>", "</soap:Envelope>&#32;"),
        whole.replace("</soap:Envelope>", "</soap:Envelope><![CDATA[ ]]>"),
        whole.replace("</soap:Envelope>", "</soap:Envelope><?xml version=\"1.0\"?>"),
        whole.replace("<Doctors>", "<Doctors>words"),
        whole.replace("<Sanction>", "<Sanction>No</Sanction><Sanction>"),
        whole.replace("<Sanction>No", "<Sanction><b>No</b>"),
        whole.replace("</Doctors>", "<Other/></Doctors>"),
    ];
    for case in cases {
        assert!(class_of(&case).await.is_some(), "{case}");
    }
}

#[tokio::test]
async fn fg_11_a_page_is_not_soap() {
    assert_eq!(class_of("<html><body>Please sign in</body></html>").await, Some(Class::NotSoap));
    assert_eq!(class_of("{\"error\": true}").await, Some(Class::NotSoap));
    assert!(class_of("").await.is_some());
}

#[tokio::test]
async fn fg_13_faults_of_both_versions_are_faults() {
    let fault = |ns: &str| {
        format!(
            "<e:Envelope xmlns:e=\"{ns}\"><e:Body><e:Fault><faultstring>no</faultstring></e:Fault></e:Body></e:Envelope>"
        )
    };
    assert_eq!(class_of(fault(SOAP_11)).await, Some(Class::Fault));
    assert_eq!(class_of(fault(SOAP_12)).await, Some(Class::Fault));
}

#[tokio::test]
async fn fg_17_a_doctype_or_an_entity_of_its_own_is_refused() {
    let bomb = format!(
        "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>{}",
        answer(1).replace("No<", "&b;<")
    );
    assert_eq!(class_of(bomb).await, Some(Class::Malformed));
    assert_eq!(class_of(answer(1).replace("Zoë", "&eacute;")).await, Some(Class::Malformed));
    assert_eq!(class_of(answer(1).replace("Zoë", "&#1;")).await, Some(Class::Malformed));
    let instruction = answer(1).replace("<Doctors>", "<?php run ?><Doctors>");
    assert_eq!(class_of(instruction).await, Some(Class::Malformed));
}

#[tokio::test]
async fn fg_18_every_cap_is_hit_and_not_passed() {
    let attributes: String = (0..80_000).map(|n| format!(" a{n}=\"b\"")).collect();
    assert_eq!(
        class_of(answer(1).replace("<Doctors>", &format!("<Doctors{attributes}>"))).await,
        Some(Class::TooLarge)
    );
    let deep = answer(1).replace("<ClientRequestID>", &format!("<x>{}", "<y>".repeat(1_000_000)));
    assert_eq!(class_of(deep).await, Some(Class::TooLarge));
    let caps = Caps { records: 2, ..Caps::default() };
    assert_eq!(read_with(answer(3).as_bytes(), caps).await.err().map(|e| e.class), Some(Class::TooLarge));
    let caps = Caps { bytes: 1000, ..Caps::default() };
    assert_eq!(read_with(answer(30).as_bytes(), caps).await.err().map(|e| e.class), Some(Class::TooLarge));
    let caps = Caps { token: 100_000, ..Caps::default() };
    let long = answer(1).replace("Zoë", &"n".repeat(1_000_000));
    assert_eq!(read_with(long.as_bytes(), caps).await.err().map(|e| e.class), Some(Class::TooLarge));
}

#[tokio::test]
async fn a_20_megabyte_note_sets_its_record_aside_and_no_other() {
    let long = format!("{}{}", "n".repeat(20 * 1024 * 1024), "é");
    let xml = with_list(&format!("<Doctors>{}{}</Doctors>", doctor(1).replace("Zoë", &long), doctor(2)));
    let (_, items) = read_with(xml.as_bytes(), Caps::default()).await.expect("whole");
    assert!(matches!(items.as_slice(), [Item::Oversized(a), Item::Doctor(_)]
        if a.first_name.as_ref().is_some_and(|name| name.len() == Caps::default().text)));
}

#[tokio::test]
async fn fg_19_only_utf_8_is_read() {
    assert_eq!(class_of([b"\xEF\xBB\xBF", answer(1).as_bytes()].concat()).await, None);
    assert_eq!(class_of(answer(1).replace("utf-8", "ISO-8859-1")).await, Some(Class::Malformed));
    let latin: Vec<u8> =
        answer(1).replace("ë", "?").bytes().map(|b| if b == b'?' { 0xEB } else { b }).collect();
    assert!(class_of(latin).await.is_some());
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(answer(1).encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert!(class_of(utf16).await.is_some());
    assert!(class_of(answer(1).replace("Zoë", "Zo\u{0}")).await.is_some());
}

#[tokio::test]
async fn a_nil_record_is_counted_and_said() {
    let xml = with_list("<Doctors><GetDoctorsForDBResponse_Doctor xsi:nil=\"true\"/></Doctors>");
    let (answer, items) = read_with(xml.as_bytes(), Caps::default()).await.expect("whole");
    assert_eq!(answer.records(), 1);
    assert!(only(items).nil);
}

#[tokio::test]
async fn fg_29_the_answer_to_another_request_is_refused() {
    assert_eq!(class_of(answer(1).replace(">ours<", ">another<")).await, Some(Class::WrongAnswer));
}

#[tokio::test]
async fn tags_that_do_not_match_are_refused() {
    assert_eq!(class_of(answer(1).replace("</Doctors>", "</Doktors>")).await, Some(Class::Malformed));
}

/// The reader as it stood at the start of an element, and where that was.
struct Mark {
    at: usize,
    state: Answer,
}

/// Reads a whole answer, leaving a mark at each doctor.
fn marks(xml: &str) -> Vec<Mark> {
    let mut reader = configured(Reader::from_str(xml));
    let mut state = Answer::new(Caps::default());
    let mut marks = vec![Mark { at: 0, state: state.clone() }];
    loop {
        let event = reader.read_event().expect("a valid answer");
        if matches!(event, Event::Eof) {
            break;
        }
        if state.feed(&event).expect("a valid answer").is_some() {
            let at = usize::try_from(reader.buffer_position()).expect("fits");
            marks.push(Mark { at, state: state.clone() });
        }
    }
    marks
}

/// Reads on from the mark before `cut` to `cut`, and says whether the answer would be complete there.
fn is_complete_at(xml: &str, marks: &[Mark], cut: usize) -> bool {
    let mark = &marks[marks.partition_point(|mark| mark.at <= cut) - 1];
    let mut reader = configured(Reader::from_reader(&xml.as_bytes()[mark.at..cut]));
    let mut state = mark.state.clone();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let Ok(event) = reader.read_event_into(&mut buffer) else { return false };
        if matches!(event, Event::Eof) {
            return state.finish(expected(), cut as u64).is_ok();
        }
        if state.feed(&event).is_err() {
            return false;
        }
    }
}

#[tokio::test]
async fn an_answer_of_8000_doctors_cut_anywhere_is_never_complete() {
    let xml = answer(8000);
    let marks = marks(&xml);
    assert_eq!(marks.len(), 8001);
    let end = xml.len();
    assert!(is_complete_at(&xml, &marks, end), "the whole answer is");
    let tags =
        xml.bytes().enumerate().filter(|(_, b)| matches!(b, b'<' | b'>')).flat_map(|(at, _)| [at, at + 1]);
    let mut chance = fastrand::Rng::with_seed(14);
    let anywhere = (0..100_000).map(|_| chance.usize(0..end));
    let edges = (0..65_536).chain(end - 65_536..end);
    let cuts = tags.chain(anywhere.collect::<Vec<_>>()).chain(edges).filter(|cut| *cut < end);
    let mut tried = 0_u32;
    for cut in cuts {
        assert!(!is_complete_at(&xml, &marks, cut), "cut at {cut} of {end}");
        tried += 1;
    }
    assert!(tried > 500_000, "{tried}");
}

#[tokio::test]
async fn reading_from_the_start_and_from_a_mark_agree() {
    let xml = answer(40);
    let marks = marks(&xml);
    for cut in 0..=xml.len() {
        let whole = read_with(&xml.as_bytes()[..cut], Caps::default()).await.is_ok();
        assert_eq!(whole, is_complete_at(&xml, &marks, cut), "cut at {cut}");
        assert_eq!(whole, cut == xml.len(), "cut at {cut}");
    }
}
