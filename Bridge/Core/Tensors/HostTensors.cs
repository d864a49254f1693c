using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using TfLbfgs.Native.Handles;
using TfLbfgs.Native.Imports;
using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>Host memory in and out of <c>TF_Tensor</c>.</summary>
internal static unsafe class HostTensors
{
    /// <summary>What TensorFlow asks of memory that it is to use in place, in bytes.</summary>
    public const int Alignment = 64;

    // More than the rank of any tensor; split sizes and the like may be longer.
    private const int MaxKnownIntegers = 64;

    /// <summary>A host tensor with a copy of the bytes.</summary>
    public static HostTensorHandle Copy(ReadOnlySpan<byte> bytes, DType dtype, Shape shape)
    {
        HostTensorHandle tensor = Allocate(dtype, shape, bytes.Length);
        bytes.CopyTo(new Span<byte>(TfTensorApi.TF_TensorData(tensor), bytes.Length));
        return tensor;
    }

    /// <summary>A host tensor whose bytes are written in place.</summary>
    public static HostTensorHandle Create<TState>(DType dtype, Shape shape, TState state, SpanAction<byte, TState> fill)
    {
        long length = checked(shape.ElementCount * dtype.Size);
        if (length > int.MaxValue)
            throw new TfLbfgsException($"Expected a tensor of at most {int.MaxValue} bytes, which is what one span holds, received one "
                + $"of {length}. Make it of slices.");
        HostTensorHandle tensor = Allocate(dtype, shape, length);
        try
        {
            fill(new Span<byte>(TfTensorApi.TF_TensorData(tensor), (int)length), state);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>A host tensor over the memory itself where it is aligned, a copy elsewhere.</summary>
    public static HostTensorHandle Share<T>(ReadOnlyMemory<T> memory, DType dtype, Shape shape) where T : unmanaged
    {
        _ = TfRuntime.Context;
        MemoryHandle pin = memory.Pin();
        if (memory.IsEmpty || (nuint)pin.Pointer % Alignment != 0)
        {
            pin.Dispose();
            return Copy(MemoryMarshal.AsBytes(memory.Span), dtype, shape);
        }

        // The pin is kept by a box that the native side hands back to the deallocator.
        nint box = GCHandle.ToIntPtr(GCHandle.Alloc(new StrongBox<MemoryHandle>(pin)));
        fixed (long* dims = shape.Dims)
        {
            return new HostTensorHandle(TfTensorApi.TF_NewTensor(
                (int)dtype, dims, shape.Rank, pin.Pointer, (nuint)memory.Length * (nuint)sizeof(T), &Unpin, (void*)box));
        }
    }

    /// <summary>A host tensor of strings.</summary>
    public static HostTensorHandle Strings(IReadOnlyList<string> values, Shape shape) =>
        Strings([.. values.Select(Encoding.UTF8.GetBytes)], shape);

    /// <summary>A host tensor of strings of any bytes.</summary>
    public static HostTensorHandle Strings(IReadOnlyList<byte[]> values, Shape shape)
    {
        _ = TfRuntime.Context;
        nuint bytes = (nuint)values.Count * (nuint)TfStringApi.ElementSize;
        byte* element = (byte*)NativeMemory.AlignedAlloc(Math.Max(bytes, 1), Alignment);
        byte* data = element;
        foreach (byte[] utf8 in values)
        {
            TfStringApi.TF_StringInit(element);
            fixed (byte* source = utf8)
                TfStringApi.TF_StringCopy(element, source, (nuint)utf8.Length);
            element += TfStringApi.ElementSize;
        }

        // An eager tensor shares this memory, and TensorFlow frees it without looking at the elements: the deallocator frees the heap part
        // of long strings with it.
        fixed (long* dims = shape.Dims)
            return new HostTensorHandle(TfTensorApi.TF_NewTensor((int)DType.String, dims, shape.Rank, data, bytes, &FreeStrings, null));
    }

    /// <summary>The elements of a string tensor as bytes.</summary>
    public static byte[][] ReadStrings(HostTensorHandle tensor, long count)
    {
        byte[][] values = new byte[count][];
        byte* element = (byte*)TfTensorApi.TF_TensorData(tensor);
        for (long i = 0; i < count; i++)
        {
            values[i] = new ReadOnlySpan<byte>(TfStringApi.TF_StringGetDataPointer(element), (int)TfStringApi.TF_StringGetSize(element))
                .ToArray();
            element += TfStringApi.ElementSize;
        }

        return values;
    }

    /// <summary>
    /// Makes an eager tensor on the current device of the thread, or a constant of the function that it traces; takes the host tensor over.
    /// </summary>
    public static Tensor Materialize(HostTensorHandle host, DType dtype, bool register = true)
    {
        using (host)
        {
            Tensor tensor = DispatchFrame.Current.Target is not null
                ? new Operation("Const", 1).HostTensorAttribute("value", host).Attribute("dtype", dtype).Execute()[0]
                : NewEager(host, register);
            tensor.KnownIntegers = Integers(host, dtype);
            tensor.KnownNumber = Number(host, dtype);
            return tensor;
        }
    }

    /// <summary>An eager tensor over the memory of a host tensor, which stays the caller's.</summary>
    public static EagerTensor Wrap(HostTensorHandle host)
    {
        StatusHandle status = StatusHandle.OfThread;
        nint pointer = EagerApi.TFE_NewTensorHandle(host, status);
        Status.Check(status, "TFE_NewTensorHandle");
        return new EagerTensor(new EagerTensorHandle(pointer));
    }

    private static EagerTensor NewEager(HostTensorHandle host, bool register)
    {
        EagerTensor tensor = Wrap(host);
        NativeCounters.CountUpload((long)TfTensorApi.TF_TensorByteSize(host));
        if (Device.Current is { } device && device != TfRuntime.Devices[0].Name && !StaysOnHost(device, tensor.DType, register))
        {
            using EagerTensor onHost = tensor;
            tensor = onHost.CopyToFullName(device);
        }

        if (register)
            TensorScope.Register(tensor);
        return tensor;
    }

    /// <summary>
    /// Whether a device other than a CPU takes such a tensor from host memory: kernels of a GPU expect int32, strings, and operands such as
    /// axes and shapes there.
    /// </summary>
    private static bool StaysOnHost(string device, DType dtype, bool register) =>
        !device.Contains("/device:CPU:", StringComparison.OrdinalIgnoreCase)
            && (dtype is DType.Int32 or DType.String || (dtype == DType.Int64 && !register));

    /// <summary>The bytes of a host tensor.</summary>
    public static ReadOnlySpan<byte> Bytes(HostTensorHandle tensor)
    {
        ulong bytes = TfTensorApi.TF_TensorByteSize(tensor);
        if (bytes > int.MaxValue)
            throw new TfLbfgsException($"Expected a tensor of at most {int.MaxValue} bytes, which is what one span holds, received one "
                + $"of {bytes}. Read slices of it.");
        return new ReadOnlySpan<byte>(TfTensorApi.TF_TensorData(tensor), (int)bytes);
    }

    /// <summary>The elements of a short vector or scalar of integers; null for everything else.</summary>
    private static long[]? Integers(HostTensorHandle host, DType dtype)
    {
        if (dtype is not (DType.Int32 or DType.Int64))
            return null;
        if (TfTensorApi.TF_TensorByteSize(host) > (nuint)(MaxKnownIntegers * dtype.Size))
            return null;
        ReadOnlySpan<byte> bytes = Bytes(host);
        return dtype == DType.Int64
            ? MemoryMarshal.Cast<byte, long>(bytes).ToArray()
            : Array.ConvertAll(MemoryMarshal.Cast<byte, int>(bytes).ToArray(), value => (long)value);
    }

    private static double? Number(HostTensorHandle host, DType dtype) => dtype switch
    {
        DType.Float64 when TfTensorApi.TF_TensorByteSize(host) == sizeof(double) => MemoryMarshal.Read<double>(Bytes(host)),
        DType.Float32 when TfTensorApi.TF_TensorByteSize(host) == sizeof(float) => MemoryMarshal.Read<float>(Bytes(host)),
        _ => null,
    };

    /// <summary>A host tensor whose bytes are still to be written.</summary>
    public static HostTensorHandle Allocate(DType dtype, Shape shape, long bytes)
    {
        // Loads the library with its options before the first import that does not go through the context.
        _ = TfRuntime.Context;
        fixed (long* dims = shape.Dims)
        {
            HostTensorHandle tensor = new(TfTensorApi.TF_AllocateTensor((int)dtype, dims, shape.Rank, (nuint)bytes));
            HugePages.Advise(TfTensorApi.TF_TensorData(tensor), (nuint)bytes);
            return tensor;
        }
    }

    [UnmanagedCallersOnly]
    private static void Unpin(void* data, nuint length, void* box)
    {
        GCHandle handle = GCHandle.FromIntPtr((nint)box);
        ((StrongBox<MemoryHandle>)handle.Target!).Value.Dispose();
        handle.Free();
    }

    [UnmanagedCallersOnly]
    private static void FreeStrings(void* data, nuint length, void* unused)
    {
        for (byte* element = (byte*)data; element < (byte*)data + length; element += TfStringApi.ElementSize)
            TfStringApi.TF_StringDealloc(element);
        NativeMemory.AlignedFree(data);
    }
}
