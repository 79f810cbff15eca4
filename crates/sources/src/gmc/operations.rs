//! The table of operations: names, wrappers and fields in schema order. Requests, answers and the WSDL follow from it.

/// Target namespace of the service; the trailing slash and https are part of it.
pub const NAMESPACE: &str = "https://webcache.gmc-uk.org/GMCWebServices/";
/// Path under which the service answers.
pub const PATH: &str = "/GMCWebServices/WebService.asmx";
/// Namespace of a SOAP 1.1 envelope.
pub const SOAP_11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// Namespace of a SOAP 1.2 envelope.
pub const SOAP_12: &str = "http://www.w3.org/2003/05/soap-envelope";

/// The version of SOAP a message is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Soap {
    /// `text/xml` with a SOAPAction header.
    V11,
    /// `application/soap+xml` with the action as its parameter.
    V12,
}

impl Soap {
    /// The envelope's namespace.
    pub fn namespace(self) -> &'static str {
        match self {
            Self::V11 => SOAP_11,
            Self::V12 => SOAP_12,
        }
    }

    /// The content type of an answer.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::V11 => "text/xml; charset=utf-8",
            Self::V12 => "application/soap+xml; charset=utf-8",
        }
    }
}

/// One of the six operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operation {
    /// The complete list of one body.
    GetDoctorsForDB,
    /// What became of a recommendation.
    CheckRecommendationStatus,
    /// A recommendation, first form.
    TryRecommendation,
    /// A recommendation with a sub-reason.
    TryRecommendationV2,
    /// Connect a doctor.
    TryAddDoctor,
    /// Disconnect a doctor.
    TryRemoveDoctor,
}

const RECOMMENDATION: &[&str] = &[
    "DoctorSurname",
    "DoctorUID",
    "RoSurname",
    "RoUID",
    "RoDesignatedBodyCode",
    "RoPhoneNumber",
    "RoRecommendation",
    "RoRecommendationReason",
    "RequestedDeferralDate",
    "ClientRequestID",
    "InternalUser",
    "InternalUserEmailAddress",
];

impl Operation {
    /// All six, in the order of the contract.
    pub const ALL: [Self; 6] = [
        Self::GetDoctorsForDB,
        Self::CheckRecommendationStatus,
        Self::TryRecommendation,
        Self::TryRecommendationV2,
        Self::TryAddDoctor,
        Self::TryRemoveDoctor,
    ];

    /// The element name.
    pub fn name(self) -> &'static str {
        match self {
            Self::GetDoctorsForDB => "GetDoctorsForDB",
            Self::CheckRecommendationStatus => "CheckRecommendationStatus",
            Self::TryRecommendation => "TryRecommendation",
            Self::TryRecommendationV2 => "TryRecommendationV2",
            Self::TryAddDoctor => "TryAddDoctor",
            Self::TryRemoveDoctor => "TryRemoveDoctor",
        }
    }

    /// The element that wraps the parameters: queries say `request`, attempts say `RecReq`.
    pub fn wrapper(self) -> &'static str {
        match self {
            Self::GetDoctorsForDB | Self::CheckRecommendationStatus => "request",
            _ => "RecReq",
        }
    }

    /// Parameters in schema order; their spelling differs between operations and matters.
    pub fn request_fields(self) -> Vec<&'static str> {
        match self {
            Self::GetDoctorsForDB => vec!["DesignatedBodyCode", "ClientRequestID", "InternalUser"],
            Self::CheckRecommendationStatus => {
                vec![
                    "DesignatedBodyId",
                    "ClientRequestId",
                    "InternalUserId",
                    "GMCReferenceNumber",
                    "RecommendationId",
                ]
            }
            Self::TryRecommendation => RECOMMENDATION.to_vec(),
            Self::TryRecommendationV2 => [RECOMMENDATION, &["RoRecommendationSubreason"]].concat(),
            Self::TryAddDoctor => {
                vec!["DoctorUID", "DesignatedBodyCode", "ClientRequestID", "ChangeReason", "InternalUser"]
            }
            Self::TryRemoveDoctor => {
                vec!["DoctorUID", "DesignatedBodyCode", "ChangeReason", "ClientRequestID", "InternalUser"]
            }
        }
    }

    /// Text fields of the result in schema order; `GetDoctorsForDB` has `Doctors` before them.
    pub fn result_fields(self) -> &'static [&'static str] {
        match self {
            Self::GetDoctorsForDB | Self::TryRemoveDoctor => {
                &["ClientRequestID", "GMCRequestID", "ReturnCode"]
            }
            Self::CheckRecommendationStatus => &["ClientRequestID", "GMCRequestID", "ReturnCode", "Status"],
            Self::TryRecommendation | Self::TryRecommendationV2 => {
                &["RecommendationID", "ClientRequestID", "GMCRequestID", "ReturnCode"]
            }
            Self::TryAddDoctor => &["ClientRequestID", "GMCRequestID", "SubmissionDate", "ReturnCode"],
        }
    }

    /// The SOAPAction of a call.
    pub fn action(self) -> String {
        format!("{NAMESPACE}{}", self.name())
    }

    /// Finds an operation by its element name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }
}

/// Fields of one doctor in schema order.
pub const DOCTOR_FIELDS: [&str; 11] = [
    "GMCReferenceNumber",
    "DoctorFirstName",
    "DoctorLastName",
    "SubmissionDate",
    "DoctorStatus",
    "Breach",
    "DateAdded",
    "UnderNotice",
    "Investigation",
    "PreliminaryInvestigation",
    "Sanction",
];

/// Escapes text for an element's content.
pub fn escape(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}
