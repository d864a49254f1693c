using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Runtime;

public sealed class DeviceTests : LeakChecked
{
    private const string Second = "/job:localhost/replica:0/task:0/device:CPU:1";

    [Theory]
    [InlineData("/CPU:1")]
    [InlineData("CPU:1")]
    [InlineData("cpu:1")]
    [InlineData("/device:CPU:1")]
    [InlineData(Second)]
    public void Use_AnyFormOfTheName_PlacesTensorsAndOps(string name)
    {
        using TensorScope scope = new();
        using (Device.Use(name))
        {
            Tensor x = Tensor.Scalar(1.0);
            Assert.Equal(Second, x.DeviceName);
            Assert.Equal(Second, (x + 1).DeviceName);
            Assert.Equal(Second, Tensor.FromStrings(["a"]).DeviceName);
        }

        Assert.EndsWith("CPU:0", Tensor.Scalar(1.0).DeviceName, StringComparison.Ordinal);
    }

    [Fact]
    public void Use_Nested_RestoresTheOuterDevice()
    {
        Assert.Null(Device.Current);
        using (Device.Use("/CPU:1"))
        {
            using (Device.Use("/CPU:0"))
                Assert.EndsWith("CPU:0", Device.Current, StringComparison.Ordinal);
            Assert.Equal(Second, Device.Current);
        }

        Assert.Null(Device.Current);
    }

    [Fact]
    public void Use_UnknownDevice_ListsTheDevices()
    {
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => Device.Use("/GPU:7"));
        Assert.Contains("'/GPU:7'", e.Message, StringComparison.Ordinal);
        Assert.Contains(Second, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_OnAnotherThread_ThrowsAndLeavesTheDevice()
    {
        using IDisposable scope = Device.Use("/CPU:1");
        OtherThread.Run(() =>
        {
            Assert.Null(Device.Current);
            Assert.Contains("device scope", Assert.Throws<TfLbfgsException>(scope.Dispose).Message, StringComparison.OrdinalIgnoreCase);
        });
        Assert.Equal(Second, Device.Current);
    }

    [Fact]
    public void CopyTo_OtherDevice_CopiesAndCounts()
    {
        using Tensor x = Tensor.From([1.0, 2.0]);
        NativeCounters before = NativeCounters.Now;
        using Tensor y = x.CopyTo("/CPU:1");
        Assert.Equal(1, NativeCounters.Now.Since(before).DeviceCopies);
        Assert.Equal(Second, y.DeviceName);
        Assert.Equal([1.0, 2.0], y.ToArray<double>());
    }

    [Fact]
    public void Use_InsideATracedFunction_PlacesItsNodes()
    {
        using TensorScope scope = new();
        using Function f = new(x =>
        {
            using (Device.Use("/CPU:1"))
                return x * 2;
        });
        Assert.Equal(6.0, f.Call(Tensor.Scalar(3.0))[0].ToDouble());
    }

    [Fact]
    public void TransferGuard_Op_RefusesTensorsOfAnotherDevice()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Scalar(1.0);
        Tensor y = x.CopyTo("/CPU:1");
        Assert.Equal(2.0, (x + y).ToDouble());
        using (new TransferGuard())
        {
            TfStatusException e = Assert.Throws<TfStatusException>(() => x + y);
            Assert.Contains("conflicting devices", e.Message, StringComparison.Ordinal);
            Assert.Equal(2.0, (x + x).ToDouble());
        }

        Assert.Equal(2.0, (x + y).ToDouble());
    }

    [Fact]
    public void TransferGuard_FunctionWithoutADevice_RefusesTensorsOfAnotherDevice()
    {
        using TensorScope scope = new();
        using Function f = new(x => x + 1);
        Tensor onSecond = Tensor.Scalar(1.0).CopyTo("/CPU:1");
        using (new TransferGuard())
        {
            Assert.Contains("would be copied", Assert.Throws<TfLbfgsException>(() => f.Call(onSecond)).Message, StringComparison.Ordinal);
            Assert.Equal(2.0, f.Call(Tensor.Scalar(1.0))[0].ToDouble());
        }
    }

    [Fact]
    public void TransferGuard_DisposedOnAnotherThread_Throws()
    {
        using TransferGuard guard = new();
        OtherThread.Run(() => Assert.Throws<TfLbfgsException>(guard.Dispose));
    }
}
