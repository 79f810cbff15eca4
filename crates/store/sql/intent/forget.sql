-- intent/forget: the words of wishes that were settled long ago are forgotten; digest, steps and audit stay. Not while the
-- recommendation they belong to is open.
-- $1 settled before, ms
update intent set fields = ''
where settled_at_ms < $1 and fields <> ''
  and not exists (select 1 from recommendation r where r.intent_id = intent.id and r.closed_at_ms is null)
