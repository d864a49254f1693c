using System.Runtime.CompilerServices;
using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Runtime;

public sealed class TfRuntimeTests : LeakChecked
{
    [Fact]
    public void Initialize_AgainWithOtherOptions_SaysWhichAreInForce()
    {
        TfRuntime.Initialize(TfRuntime.Options);
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => TfRuntime.Initialize(new RuntimeOptions { CpuDevices = 3 }));
        Assert.Contains("CpuDevices = 2", e.Message, StringComparison.Ordinal);
        Assert.Contains("CpuDevices = 3", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, -1)]
    public void Initialize_ImpossibleOptions_Throws(int devices, int threads) =>
        Assert.Throws<TfLbfgsException>(() => TfRuntime.Initialize(new RuntimeOptions { CpuDevices = devices, IntraOpThreads = threads }));

    [Fact]
    public void Devices_TwoVirtualCpus_AreListed() =>
        Assert.Equal(2, TfRuntime.Devices.Count(d => d.Name.Contains("/device:CPU:", StringComparison.Ordinal)));

    [Fact]
    public void Version_LoadedLibrary_IsATwoPointSomething() => Assert.StartsWith("2.", TfRuntime.Version, StringComparison.Ordinal);

    [Fact]
    public void NativeCounters_OpsCallsReadsUploads_AreCounted()
    {
        using TensorScope scope = new();
        using Function f = new(x => x + 1);
        Tensor x = Tensor.From([1.0, 2.0]);
        f.Call(x);
        NativeCounters.ResetLargestRead();
        NativeCounters before = NativeCounters.Now;
        Tensor a = Tensor.From([1.0, 2.0, 3.0]);
        Tensor b = RawOps.Neg(a);
        f.Call(x);
        b.ToArray<double>();
        x.ToArray<double>();
        NativeCounters since = NativeCounters.Now.Since(before);
        Assert.Equal((1, 1, 2, 40, 24, 1, 24, 0),
            (since.Operations, since.FunctionCalls, since.Reads, since.BytesRead, since.LargestRead, since.Uploads, since.BytesUploaded,
            since.DeviceCopies));
    }

    [Fact]
    public void NativeCounters_ShapeAndDType_ReadNothing()
    {
        using Tensor a = Tensor.Zeros([3, 4], DType.Float32);
        using Tensor b = a + 1;
        NativeCounters before = NativeCounters.Now;
        Assert.Equal([3, 4], b.Shape);
        Assert.Equal(DType.Float32, b.DType);
        Assert.Equal(0, NativeCounters.Now.Since(before).Reads);
    }

    [Fact]
    public void LiveHandles_LeakedTensor_IsCountedAndFreedByTheCollector()
    {
        long freed = LiveHandles.FreedByCollector;
        long live = LiveHandles.Total;
        Leak(1.0);
        Assert.Equal(live + 1, LiveHandles.Total);
        Assert.True(LiveHandles.Snapshot()["TFE_TensorHandle"] >= 1);
        for (int i = 0; i < 10 && LiveHandles.Total > live; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(live, LiveHandles.Total);
        Assert.Equal(freed + 1, LiveHandles.FreedByCollector);
    }

    [Fact]
    public void LiveHandles_Origins_FollowTheBuildSwitch()
    {
        using Tensor tensor = Tensor.Scalar(1.0);
#if TRACK_LEAKS
        Assert.Contains(LiveHandles.Origins(),
            origin => origin.Contains(nameof(LiveHandles_Origins_FollowTheBuildSwitch), StringComparison.Ordinal));
#else
        Assert.Empty(LiveHandles.Origins());
#endif
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Leak(params double[] values) => _ = Tensor.From(values).DType;
}
