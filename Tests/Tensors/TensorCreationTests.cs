using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Tensors;

public sealed unsafe class TensorCreationTests : LeakChecked
{
    [Fact]
    public void FromMemory_AlignedMemory_IsSharedAndPinnedUntilFreed()
    {
        using IMemoryOwner<double> owner = new AlignedMemory(16);
        AlignedMemory memory = (AlignedMemory)owner;
        memory.Memory.Span.Fill(1.0);
        using (Tensor tensor = Tensor.FromMemory<double>(memory.Memory, [4, 4]))
        using (TensorView<double> view = tensor.View<double>())
        {
            Assert.True(Unsafe.AreSame(ref memory.Memory.Span[0], ref Unsafe.AsRef(in view.Span[0])), "the tensor holds a copy");
            Assert.Equal(1, memory.Pins);
        }

        Assert.Equal(0, memory.Pins);
    }

    [Fact]
    public void FromMemory_UnalignedMemory_IsCopied()
    {
        using IMemoryOwner<double> owner = new AlignedMemory(16);
        AlignedMemory memory = (AlignedMemory)owner;
        memory.Memory.Span.Fill(1.0);
        using Tensor tensor = Tensor.FromMemory<double>(memory.Memory[1..9], [8]);
        Assert.Equal(0, memory.Pins);
        memory.Memory.Span.Fill(2.0);
        Assert.All(tensor.ToArray<double>(), v => Assert.Equal(1.0, v));
    }

    [Fact]
    public void FromMemory_ManagedArrays_HoldTheValuesWhereverTheyLie()
    {
        for (int length = 0; length < 40; length++)
        {
            float[] values = [.. Enumerable.Range(0, length).Select(i => (float)i)];
            using Tensor tensor = Tensor.FromMemory<float>(values, [length]);
            Assert.Equal(values, tensor.ToArray<float>());
        }
    }

    [Fact]
    public void View_OnCpu_SharesTheTensorsMemory()
    {
        using Tensor tensor = Tensor.From([1.0, 2.0, 3.0]);
        using Tensor reshaped = RawOps.Identity(tensor);
        using TensorView<double> first = tensor.View<double>();
        using TensorView<double> second = reshaped.View<double>();
        Assert.True(Unsafe.AreSame(ref Unsafe.AsRef(in first.Span[0]), ref Unsafe.AsRef(in second.Span[0])));
        first.Dispose();
        Assert.Throws<ObjectDisposedException>(() => first.Span.Length);
    }

    [Fact]
    public void From_WrongCount_SaysExpectedAndReceived()
    {
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => Tensor.From<double>([1, 2, 3], [2, 2]));
        Assert.Equal("Expected 4 values for shape (2, 2), received 3.", e.Message);
        Assert.Throws<TfLbfgsException>(() => Tensor.FromBytes([1, 2, 3], DType.Float32, [1]));
        Assert.Throws<TfLbfgsException>(() => Tensor.FromBytes([], DType.String, [0]));
        Assert.Throws<TfLbfgsException>(() => Tensor.FromStrings(["a"], [2]));
    }

    [Fact]
    public void From_TypeWithoutDType_NamesTheTypesThatHaveOne()
    {
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => Tensor.From(['a']));
        Assert.Contains("System.Char", e.Message, StringComparison.Ordinal);
        Assert.Contains("Complex64", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1.5, DType.Int32)]
    [InlineData(-1, DType.UInt8)]
    [InlineData(3e9, DType.Int32)]
    [InlineData(9223372036854775808.0, DType.Int64)]
    [InlineData(double.NaN, DType.Int64)]
    public void Scalar_IntegerDTypeThatCannotHoldTheValue_Throws(double value, DType dtype) =>
        Assert.Contains(dtype.PythonName, Assert.Throws<TfLbfgsException>(() => Tensor.Scalar(value, dtype)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void ZerosOnesFill_EveryNumericDType_HaveTheValue()
    {
        using TensorScope scope = new();
        foreach (DType dtype in (DType[])[DType.Float16, DType.BFloat16, DType.Float32, DType.Float64, DType.Int32, DType.Int64,
            DType.UInt8])
        {
            Assert.Equal([0, 0, 0], Tensor.Zeros([3], dtype).ToDoubles());
            Assert.Equal([1, 1], Tensor.Ones([2, 1], dtype).ToDoubles());
            Assert.Equal([7], Tensor.Fill([1], 7, dtype).ToDoubles());
        }

        Assert.Equal([2, 1], Tensor.Ones([2, 1], DType.Float32).Shape);
    }

    [Fact]
    public void Use_AfterDispose_SaysWhatToDo()
    {
        Tensor tensor = Tensor.Scalar(1.0);
        tensor.Dispose();
        tensor.Dispose();
        foreach (Action use in (Action[])[() => tensor.ToDouble(), () => _ = tensor + 1, () => tensor.CopyTo("/CPU:0"),
            () => _ = tensor.DeviceName])
        {
            TfLbfgsException e = Assert.Throws<TfLbfgsException>(use);
            Assert.Contains("disposed", e.Message, StringComparison.Ordinal);
            Assert.Contains("Keep()", e.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Native memory at a multiple of 64 bytes that counts its pins.</summary>
    private sealed class AlignedMemory(int length) : MemoryManager<double>
    {
        private readonly double* _data = (double*)NativeMemory.AlignedAlloc((nuint)length * sizeof(double), 64);

        public int Pins { get; private set; }

        public override Span<double> GetSpan() => new(_data, length);

        public override MemoryHandle Pin(int elementIndex = 0)
        {
            Pins++;
            return new MemoryHandle(_data + elementIndex, default, this);
        }

        public override void Unpin() => Pins--;

        protected override void Dispose(bool disposing) => NativeMemory.AlignedFree(_data);
    }
}
