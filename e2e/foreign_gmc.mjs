// The GMC's web service as somebody else's library understands our contract: npm's `soap` builds it from the WSDL that is
// given, and knows nothing of Reval. It keeps invented doctors and what was done to them, and counts each call.
//
// Usage: node foreign_gmc.mjs WSDL BODY…   prints its port on the first line; GET /calls and GET /doctors say what was.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import soap from 'soap';

const [contract, ...bodies] = process.argv.slice(2);
const PATH = '/GMCWebServices/WebService.asmx';
const EACH = 6;
const calls = [];
const doctors = new Map();
const recommendations = new Map();

for (const [at, body] of bodies.entries()) {
  for (let n = 0; n < EACH; n += 1) {
    const number = String(9000000 + at * 100 + n);
    doctors.set(number, { number, body, notice: n === 0 ? 'Yes' : 'No', last: n === 1 ? "O'Testing & <Søn>" : `Testington${n}` });
  }
}

const listed = (doctor) => ({
  GMCReferenceNumber: doctor.number,
  DoctorFirstName: 'Sample',
  DoctorLastName: doctor.last,
  SubmissionDate: '10/01/2027',
  DoctorStatus: 'Active',
  DateAdded: '01/08/2024',
  UnderNotice: doctor.notice,
  Sanction: 'No',
});

// One operation: who may call it, what is answered beside the ids, by code.
function operation(name, wrapper, act) {
  return (args) => {
    const asked = args[wrapper] ?? {};
    const client = asked.ClientRequestID ?? asked.ClientRequestId;
    const known = args.Username === 'reval' && args.Password === 'reval';
    const { code, ...more } = known ? act(asked) : { code: '99' };
    calls.push({ operation: name, client, code, asked });
    return { [`${name}Result`]: { ...more, ClientRequestID: client, GMCRequestID: `FOREIGN-${calls.length}`, ReturnCode: code } };
  };
}

function added(asked) {
  const doctor = doctors.get(asked.DoctorUID);
  if (!doctor) return { code: '70' };
  if (doctor.body === asked.DesignatedBodyCode) return { code: '100' };
  doctor.body = asked.DesignatedBodyCode;
  return { code: '0', SubmissionDate: '10/01/2027' };
}

function removed(asked) {
  const doctor = doctors.get(asked.DoctorUID);
  if (!doctor || doctor.body !== asked.DesignatedBodyCode) return { code: '140' };
  doctor.body = null;
  return { code: '0' };
}

function recommended(asked) {
  const doctor = doctors.get(asked.DoctorUID);
  if (doctor?.notice !== 'Yes') return { code: '92' };
  if ([...recommendations.values()].includes(doctor.number)) return { code: '91' };
  if (asked.DoctorSurname !== doctor.last) return { code: '82' };
  const id = `FOREIGN-R${recommendations.size + 1}`;
  recommendations.set(id, doctor.number);
  return { code: '0', RecommendationID: id };
}

// The second time somebody asks about one, it is decided.
const questions = new Map();
function decided(asked) {
  const id = asked.RecommendationId;
  if (!recommendations.has(id)) return { code: '130' };
  questions.set(id, (questions.get(id) ?? 0) + 1);
  return { code: '0', Status: questions.get(id) > 1 ? 'Approved' : 'Under Review' };
}

const port = {
  GetDoctorsForDB: operation('GetDoctorsForDB', 'request', (asked) => ({
    code: '0',
    Doctors: { GetDoctorsForDBResponse_Doctor: [...doctors.values()].filter((one) => one.body === asked.DesignatedBodyCode).map(listed) },
  })),
  CheckRecommendationStatus: operation('CheckRecommendationStatus', 'request', decided),
  TryRecommendation: operation('TryRecommendation', 'RecReq', recommended),
  TryRecommendationV2: operation('TryRecommendationV2', 'RecReq', recommended),
  TryAddDoctor: operation('TryAddDoctor', 'RecReq', added),
  TryRemoveDoctor: operation('TryRemoveDoctor', 'RecReq', removed),
};

const server = http.createServer((request, response) => {
  const told = { '/calls': calls, '/doctors': [...doctors.values()] }[request.url];
  response.statusCode = told ? 200 : 404;
  response.end(JSON.stringify(told ?? null));
});
soap.listen(server, {
  path: PATH,
  services: { GMCWebServices: { GMCWebServicesSoap: port, GMCWebServicesSoap12: port } },
  xml: readFileSync(contract, 'utf8'),
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
