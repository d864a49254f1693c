using Arm = System.Runtime.Intrinsics.Arm;
using X86 = System.Runtime.Intrinsics.X86;

namespace TfLbfgs.Runtime;

/// <summary>What the processor can do, as far as it decides TensorFlow's speed.</summary>
internal static class CpuFeatures
{
    /// <summary>The names of the vector extensions that this processor has and the system enables.</summary>
    public static IReadOnlyList<string> Supported()
    {
        (string Name, bool IsSupported)[] all =
        [
            ("SSE4.2", X86.Sse42.IsSupported),
            ("AVX", X86.Avx.IsSupported),
            ("AVX2", X86.Avx2.IsSupported),
            ("FMA", X86.Fma.IsSupported),
            ("AVX-VNNI", X86.AvxVnni.IsSupported),
            ("AVX512F", X86.Avx512F.IsSupported),
            ("AVX512BW", X86.Avx512BW.IsSupported),
            ("AVX512DQ", X86.Avx512DQ.IsSupported),
            ("AVX512VBMI", X86.Avx512Vbmi.IsSupported),
            ("AVX10.1", X86.Avx10v1.IsSupported),
            ("NEON", Arm.AdvSimd.IsSupported),
            ("DotProduct", Arm.Dp.IsSupported),
        ];
        return [.. all.Where(feature => feature.IsSupported).Select(feature => feature.Name)];
    }
}
