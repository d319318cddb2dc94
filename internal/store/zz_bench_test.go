package store
import ("testing";"time";"fmt";"runtime";"math/rand/v2";"github.com/reelback/reelback/internal/task")
func TestZZ(t *testing.T){
 b:=setup(t)
 n:=0
 for i:=range 400 { size:=1+rand.IntN(256); batch:=make([]Incoming,size); for j:=range batch { batch[j]=b.incoming(fmt.Sprintf("t-%d-%d",i,j),task.ResultSucceeded,"https://a/1") ; n++}; b.commit(batch...) }
 s:=time.Now(); n=0
 for i:=range 300 { size:=1+rand.IntN(256); batch:=make([]Incoming,size); for j:=range batch { batch[j]=b.incoming(fmt.Sprintf("u-%d-%d",i,j),task.ResultSucceeded,"https://a/1") ; n++}; b.commit(batch...) }
 var m runtime.MemStats; runtime.GC(); runtime.ReadMemStats(&m)
 t.Log(float64(n)/time.Since(s).Seconds(), "per s", m.HeapInuse>>20)
 s=time.Now()
 for i:=range 300 { b.commit(b.incoming(fmt.Sprintf("w-%d",i),task.ResultSucceeded,"https://a/1")) }
 t.Log("single", time.Since(s)/300)
 s=time.Now()
 for range 300 { b.ListTasks(b.ctx, task.Filter{}, task.Page{}) }
 t.Log("list", time.Since(s)/300)
 s=time.Now()
 for i:=range 3000 { b.FindTask(b.ctx, "kie", fmt.Sprintf("w-%d",i%300)) }
 t.Log("find", time.Since(s)/3000)
}
